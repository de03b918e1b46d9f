"""How pages look: themes laid over the built-in templates, stylesheets and other static files."""
