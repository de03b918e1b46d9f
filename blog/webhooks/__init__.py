"""Receives signed webhook calls from a CMS about changes."""
