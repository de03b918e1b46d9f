"""The WSGI application, for any server: ``granian --interface wsgi blog.wsgi:app``."""

from blog import create_app
from blog.extensions import db
from blog.logging_config import configure_logging
from blog.postgresql import bound_statements
from blog.running_lock import hold_running_lock

configure_logging()
app = create_app()
# After create_app(), which creates the folder of the lock. Without the folder there would be no lock and no error.
hold_running_lock(app.config["BLOG"].instance)
with app.app_context():
    bound_statements(db.engine)
