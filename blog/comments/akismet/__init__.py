"""Akismet, an outside spam filter: the worker asks it about comments and reports moderators' decisions to it."""
