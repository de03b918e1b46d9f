"""The WSGI application, for any server: ``granian --interface wsgi blog.wsgi:app``."""

from blog import create_app

app = create_app()
