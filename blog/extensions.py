"""The Flask extensions, created once and bound to an application by ``create_app``."""

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from flask_babel import Babel, Domain
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from werkzeug.local import LocalProxy

from blog import rate_limits
from blog.config import Settings
from blog.database import Base
from blog.lazy_command import DATABASE_COMMAND
from blog.paths import MIGRATIONS
from blog.postgresql import engine_options


class SiteBabel(Babel):
    """Flask-Babel for a site with one language; :mod:`blog.i18n` loads the translations at the start."""

    @property
    def domain_instance(self) -> Domain:
        """Return the current application's translations."""
        return cast("Domain", current_app.extensions["words"])


# Rows stay readable after a commit. Otherwise each would be read again, because write_transaction() begins with one.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
csrf = CSRFProtect()
babel = SiteBabel()  # type: ignore[no-untyped-call]

# Flask-SQLAlchemy makes db.Model when the program runs, so mypy cannot see what it is.
if TYPE_CHECKING:

    class Model(Base):
        """The base class of all models."""

        __abstract__ = True
else:
    Model = db.Model


def init_app(app: Flask, settings: Settings) -> None:
    """Bind every extension to ``app``."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.sqlalchemy_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.sqlalchemy_url)
    db.init_app(app)
    _init_migrate(app)
    csrf.init_app(app)
    rate_limits.init_app(app, settings)
    babel.init_app(  # type: ignore[no-untyped-call]
        app, locale_selector=lambda: settings.language, timezone_selector=lambda: settings.timezone
    )


def _init_migrate(app: Flask) -> None:
    """Bind Flask-Migrate when it is first used, because Alembic would take a tenth of the time of every start."""

    def bound() -> object:
        from flask_migrate import Migrate  # noqa: PLC0415

        # New migrations are written in batch mode, which copies a table: SQLite can change little of an existing one.
        Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
        return app.extensions["migrate"]  # what Migrate() has put there in place of the proxy

    app.extensions["migrate"] = LocalProxy(bound)
    app.cli.add_command(DATABASE_COMMAND)
