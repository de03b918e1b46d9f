"""The extensions, made once and bound to an application by ``create_app``."""

from typing import TYPE_CHECKING

from flask import Flask, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from blog.clients import shortened_address
from blog.config import Settings
from blog.database import Base
from blog.paths import MIGRATIONS

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()
csrf = CSRFProtect()
login_manager = LoginManager()
babel = Babel()
limiter = Limiter(key_func=lambda: shortened_address(request.remote_addr))

if TYPE_CHECKING:

    class Model(Base):
        """What every model inherits."""

        __abstract__ = True
else:
    Model = db.Model


def init_app(app: Flask, settings: Settings) -> None:
    """Bind every extension to ``app``."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    login_manager.init_app(app, add_context_processor=False)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=lambda: settings.language, timezone_selector=lambda: settings.timezone)
