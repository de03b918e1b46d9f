"""Requests to other servers, with limits on time, size and addresses, and an exception class for each failure."""
