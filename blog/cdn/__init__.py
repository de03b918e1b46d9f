"""Purging a shared cache in front of the blog, such as a CDN.

Pages carry their cache keys in headers; the worker reads the purges and sends them to the shared cache. To support
another kind, add a file next to ``fastly.py``, a line to ``registry.py``, its format to ``blog/config/choices.py``,
and its docs.
"""
