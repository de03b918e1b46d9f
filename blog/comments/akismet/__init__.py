"""Akismet, a service that knows spam: asked by the worker after a comment was stored, and told of decisions."""
