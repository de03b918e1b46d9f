"""Akismet, a service that knows spam: the worker asks it about stored comments and reports moderators' decisions."""
