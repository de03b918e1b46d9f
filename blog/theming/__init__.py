"""How pages look: themes that override the built-in templates, stylesheets and other static files."""
