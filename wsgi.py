"""The WSGI application in a checkout; an installed copy has it as ``blog.wsgi:app``."""

from blog.wsgi import app

__all__ = ["app"]
