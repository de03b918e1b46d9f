"""Hostile input and hostile clients. The payloads are sent through a real browser too, in ``tests/browser``."""
