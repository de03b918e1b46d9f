"""From a source to rows: :func:`blog.sync.run.sync` makes the articles of the blog match its source."""
