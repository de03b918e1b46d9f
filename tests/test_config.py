"""Settings: read from the environment, and refused in one line that says how to fix them."""

from pathlib import Path

import pytest

from blog.config import BadSetting, Settings, environment_name, unknown_settings
from blog.paths import THEMES


def test_unset_settings_have_defaults() -> None:
    assert Settings.from_environment({}) == Settings()


def test_no_secret_shows_in_a_log() -> None:
    environment = {"BLOG_SECRET_KEY": "s" * 40, "BLOG_SOURCE_KEY": "k" * 40, "BLOG_TITLE": "Tea"}
    shown = repr(Settings.from_environment(environment))
    assert "s" * 40 not in shown
    assert "k" * 40 not in shown
    assert "title='Tea'" in shown
    assert "webhook_secret=None" in shown


def test_every_setting_is_read_from_its_name() -> None:
    settings = Settings.from_environment(
        {
            "BLOG_TITLE": "Tea",
            "BLOG_PAGE_SIZE": " 25 ",
            "BLOG_LANGUAGE": "pt-BR",
            "BLOG_TIMEZONE": "Europe/Berlin",
            "BLOG_COMMENTS": "closed",
            "BLOG_URL": "https://tea.example/",
            "BLOG_INSTANCE": "/srv/blog",
        }
    )
    assert (settings.title, settings.page_size, settings.language) == ("Tea", 25, "pt_BR")
    assert (settings.timezone, settings.comments, settings.url) == ("Europe/Berlin", "closed", "https://tea.example")
    assert settings.instance == Path("/srv/blog")


def test_a_provider_and_its_roles_are_read_from_settings() -> None:
    environment = {"BLOG_OIDC_ISSUER": "https://id.example.org/realms/blog", "BLOG_OIDC_CLIENT_ID": "blog"}
    settings = Settings.from_environment(
        environment | {"BLOG_OIDC_ROLES": "blog admins=administrator, editors=moderator", "BLOG_LOCAL_LOGIN": "off"}
    )
    assert settings.oidc_issuer == "https://id.example.org/realms/blog"
    assert settings.oidc_roles == {"blog admins": "administrator", "editors": "moderator"}
    assert not settings.local_login


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({"BLOG_OIDC_ISSUER": "https://id.example.org"}, "BLOG_OIDC_CLIENT_ID"),
        ({"BLOG_LOCAL_LOGIN": "off"}, "BLOG_OIDC_ISSUER"),
    ],
)
def test_a_provider_that_is_half_set_is_refused(environment: dict[str, str], missing: str) -> None:
    with pytest.raises(BadSetting, match=missing):
        Settings.from_environment(environment)


@pytest.mark.parametrize(
    ("url", "understood"),
    [
        ("postgresql://ada@db/blog", "postgresql+psycopg://ada@db/blog"),
        ("postgres://ada@db/blog", "postgresql+psycopg://ada@db/blog"),
        ("postgresql+psycopg://ada@db/blog", "postgresql+psycopg://ada@db/blog"),
        ("sqlite:////srv/blog.sqlite3", "sqlite:////srv/blog.sqlite3"),
        ("sqlite+pysqlite:////srv/blog.sqlite3", "sqlite:////srv/blog.sqlite3"),
    ],
)
def test_common_spellings_of_a_database_url_are_accepted(url: str, understood: str) -> None:
    assert Settings.from_environment({"BLOG_DATABASE_URL": url}).sqlalchemy_url == understood


def test_a_relative_path_of_a_database_is_below_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"BLOG_DATABASE_URL": "sqlite:///data/blog.sqlite3"})
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path}/data/blog.sqlite3"


def test_the_database_is_sqlite_in_the_instance_folder_by_default() -> None:
    assert Settings(instance=Path("/srv/blog")).sqlalchemy_url == "sqlite:////srv/blog/blog.sqlite3"


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("BLOG_SOURCE", "ftp:articles", "folder:PATH"),
        ("BLOG_SOURCE", "folder:", "folder:articles"),
        ("BLOG_DATABASE_URL", "mysql://db", "PostgreSQL"),
        ("BLOG_DATABASE_URL", "nonsense", "sqlite:////PATH"),
        ("BLOG_URL", "blog.example", "https://blog.example.org"),
        ("BLOG_URL", "https://blog.example/path", "host only"),
        ("BLOG_PURGE", "akamai:1", "fastly:SERVICE_ID"),
        ("BLOG_PURGE", "fastly:", "letters and digits"),
        ("BLOG_PURGE", "fastly:../purge_all", "letters and digits"),
        ("BLOG_PURGE", "cloudflare:zone?", "letters and digits"),
        ("BLOG_PURGE", "varnish:localhost:6081", "http://HOST:PORT"),
        ("BLOG_PURGE", "varnish:http://localhost:6081/blog", "http://HOST:PORT"),
        ("BLOG_PURGE", "varnish:ftp://localhost", "http://HOST:PORT"),
        ("BLOG_PURGE", "fastly:SU1Z0isxPaozGVKXdv0eY", "BLOG_PURGE_TOKEN"),
        ("BLOG_INSTANCE", "~nobody-9/blog", "whole path"),
        ("BLOG_THEME", "~nobody-9", "whole path"),
        ("BLOG_SOURCE", "folder:~nobody-9", "whole path"),
        ("BLOG_DATABASE_URL", "postgresql://localhost:port/blog", "postgresql://USER"),
        ("BLOG_DATABASE_URL", "sqlite://", "sqlite:////PATH"),
        ("BLOG_DATABASE_URL", "sqlite:///:memory:", "sqlite:////PATH"),
        ("BLOG_DATABASE_URL", "sqlite+aiosqlite:////srv/blog.sqlite3", "sqlite:////PATH"),
        ("BLOG_DATABASE_URL", "postgresql+psycopg2://ada@db/blog", "postgresql://USER"),
        ("BLOG_COMMENT_RATE", "0 per minute", "5 per minute"),
        ("BLOG_URL", "https://blog.example#top", "host only"),
        ("BLOG_URL", "https://[x", "https://blog.example.org"),
        ("BLOG_URL", "https://blog.example:99999", "https://blog.example.org"),
        ("BLOG_SOURCE", "ghost:https://[x", "ghost:https://HOST"),
        ("BLOG_PURGE", "varnish:http://[x", "varnish:http://HOST:PORT"),
        ("BLOG_REDIS_URL", "redis://localhost:port/0", "redis://localhost:6379/0"),
        ("BLOG_SMTP_URL", "smtp://[x", "smtp://USER:PASSWORD@HOST:587"),
        ("BLOG_OIDC_ISSUER", "https://[x", "https://id.example.org/realms/blog"),
        ("BLOG_TITLE", "", "empty"),
        ("BLOG_LANGUAGE", "klingon", "language code"),
        ("BLOG_TIMEZONE", "Berlin", "Europe/Berlin"),
        ("BLOG_TIMEZONE", "../../etc/passwd", "Europe/Berlin"),
        ("BLOG_COMMENTS", "perhaps", "moderated, first, open or closed"),
        ("BLOG_COMMENT_RATE", "often", "5 per minute"),
        ("BLOG_PAGE_SIZE", "0", "from 1 to 100"),
        ("BLOG_PAGE_SIZE", "ten", "from 1 to 100"),
        ("BLOG_DATABASE_URL", "postgresql://ada:p@ss@db/blog", "%40"),
        ("BLOG_REDIS_URL", "localhost", "redis://"),
        ("BLOG_REDIS_URL", "redis+unix:///run/redis.sock", "redis://localhost:6379/0"),
        ("BLOG_REDIS_URL", "redis://localhost/0?socket_timeout=long", "redis://localhost:6379/0"),
        ("BLOG_REDIS_URL", "redis://localhost/0?tea=green", "redis://localhost:6379/0"),
        ("BLOG_REDIS_URL", "rediss://localhost/0?ssl_cert_reqs=bad", "redis://localhost:6379/0"),
        ("BLOG_SECRET_KEY", "short", "32"),
        ("BLOG_SMTP_URL", "mail.example.org", "smtp://USER:PASSWORD@HOST:587"),
        ("BLOG_SMTP_URL", "smtp://mail.example.org/inbox", "smtp://USER:PASSWORD@HOST:587"),
        ("BLOG_SMTP_URL", "smtp://mail.example.org?tls=perhaps", "smtp://USER:PASSWORD@HOST:587"),
        ("BLOG_MAIL_FROM", "blog", "blog@example.org"),
        ("BLOG_MAIL_FROM", "Blog <blog@example.org>", "blog@example.org"),
        ("BLOG_MAIL_FROM", "blog@", "blog@example.org"),
        ("BLOG_MAIL_FROM", "blog@[", "blog@example.org"),
        ("BLOG_MAIL_MODERATORS", "cleo@example.org, dan", "blog@example.org"),
        ("BLOG_MAIL_AUTHORS", "ada@example.org", "Ada Byron=ada@example.org"),
        ("BLOG_MAIL_AUTHORS", "Ada Byron=ada", "blog@example.org"),
        ("BLOG_MAIL_DIGEST_MINUTES", "hourly", "whole number"),
        ("BLOG_COMMENTS_CLOSE_DAYS", "-1", "whole number"),
        ("BLOG_REQUIRE_2FA", "yes", "on or off"),
        ("BLOG_OIDC_ISSUER", "http://id.example.org", "https"),
        ("BLOG_OIDC_ISSUER", "https://id.example.org/?a=b", "https://id.example.org/realms/blog"),
        ("BLOG_OIDC_SCOPES", "profile", "openid"),
        ("BLOG_OIDC_ROLES", "editors=owner", "viewer, moderator, administrator"),
        ("BLOG_OIDC_ROLES", "editors", "editors=moderator"),
    ],
)
def test_a_bad_value_is_one_line_with_a_hint(name: str, value: str, hint: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.from_environment({name: value})
    line = str(caught.value)
    assert line.startswith(f"{name}=")
    assert hint in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["BLOG_URL", "BLOG_SOURCE_KEY", "BLOG_PAGE_SIZE", "BLOG_OIDC_ROLES"])
def test_an_empty_value_can_be_left_out(name: str) -> None:
    with pytest.raises(BadSetting, match=f"{name}= cannot be used: it is empty; .*leave it out"):
        Settings.from_environment({name: " "})


def test_a_theme_is_a_folder_or_the_name_of_one_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"BLOG_THEME": "tiles"}).theme == THEMES / "tiles"
    assert Settings.from_environment({"BLOG_THEME": "./tiles"}).theme == tmp_path / "tiles"
    assert Settings.from_environment({"BLOG_THEME": "unheard_of"}).theme == tmp_path / "unheard_of"
    (tmp_path / "tiles").mkdir()
    assert Settings.from_environment({"BLOG_THEME": "tiles"}).theme == tmp_path / "tiles"


def test_a_secret_is_not_repeated() -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.from_environment({"BLOG_DATABASE_URL": "mysql://ada:secret@db"})
    assert "secret" not in str(caught.value)


def test_a_token_is_not_repeated() -> None:
    for token in ("two words", 'quo"ted', "zwölf"):
        with pytest.raises(BadSetting, match="BLOG_PURGE_TOKEN=…") as caught:
            Settings.from_environment({"BLOG_PURGE_TOKEN": token})
        assert token not in str(caught.value)


def test_a_cdn_is_named_by_its_kind() -> None:
    token = {"BLOG_PURGE_TOKEN": "token"}
    for purge in ("fastly:SU1Z0isxPaozGVKXdv0eY", "cloudflare:023e105f4ecef8ad9ca31a8372d0c353"):
        assert Settings.from_environment({"BLOG_PURGE": purge} | token).purge == purge
    assert Settings.from_environment({"BLOG_PURGE": "varnish:http://[::1]:6081/"}).purge == "varnish:http://[::1]:6081"


def test_a_misspelled_setting_is_reported() -> None:
    assert unknown_settings({"BLOG_TITEL": "x", "BLOG_ZZZ": "y", "BLOG_TITLE": "z", "HOME": "/"}) == {
        "BLOG_TITEL": "BLOG_TITLE",
        "BLOG_ZZZ": None,
    }
    assert environment_name("page_size") == "BLOG_PAGE_SIZE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BLOG_SOURCE", "ghost:https://ada:hunter2@cms.example"),
        ("BLOG_SOURCE", "ghost:https://:hunter2@cms.example"),
        ("BLOG_SOURCE", "ghost:https://cms.example/?key=hunter2"),
        ("BLOG_SOURCE", "https://ada:hunter2@cms.example"),
        ("BLOG_SOURCE", "hunter2"),
        ("BLOG_URL", "https://ada:hunter2@blog.example"),
        ("BLOG_URL", "ada:hunter2@blog.example"),
        ("BLOG_PURGE", "varnish:http://ada:hunter2@varnish:6081"),
        ("BLOG_PURGE", "fastly:service:hunter2"),
        ("BLOG_PURGE", "fastly:hunter2"),
        ("BLOG_DATABASE_URL", "mysql://ada:hunter2@db/blog"),
        ("BLOG_REDIS_URL", "http://:hunter2@redis"),
        ("BLOG_WEBHOOK_SECRET", "hunter2"),
    ],
)
def test_a_refused_setting_shows_nothing_that_may_be_secret(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        Settings.from_environment({name: value})
    assert name in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_no_error_contains_the_mail_server_s_password() -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.from_environment({"BLOG_SMTP_URL": "smtp://bea:very-secret@localhost/inbox"})
    assert "very-secret" not in str(caught.value)


def test_mail_needs_a_sender_and_the_address_of_the_blog() -> None:
    complete = {
        "BLOG_SMTP_URL": "smtps://bea:secret@mail.example.org",
        "BLOG_MAIL_FROM": "blog@example.org",
        "BLOG_URL": "https://blog.example.org",
        "BLOG_MAIL_MODERATORS": "cleo@example.org, dan@example.org, cleo@example.org",
        "BLOG_MAIL_AUTHORS": "Ada Byron=ada@example.org",
    }
    settings = Settings.from_environment(complete)
    assert settings.mail_moderators == ("cleo@example.org", "dan@example.org")
    assert settings.mail_authors == {"Ada Byron": "ada@example.org"}
    for name in ("BLOG_MAIL_FROM", "BLOG_URL"):
        with pytest.raises(BadSetting, match=f"{name} is missing"):
            Settings.from_environment({key: value for key, value in complete.items() if key != name})
