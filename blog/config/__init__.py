"""The settings of the blog, from the environment or a ``.env`` file: ``all_settings.py`` is the table of them."""

from blog.config.all_settings import BadSetting, Settings, settings, unknown_settings
from blog.config.choices import CommentPolicy, LearnedScore
from blog.config.error_messages import SECRETS, environment_name

__all__ = [
    "SECRETS",
    "BadSetting",
    "CommentPolicy",
    "LearnedScore",
    "Settings",
    "environment_name",
    "settings",
    "unknown_settings",
]
