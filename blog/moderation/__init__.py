"""What moderators do: sign in, read the queue, decide, look things up in the log."""
