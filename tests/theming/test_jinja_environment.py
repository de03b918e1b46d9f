"""The template environment, and the cache of compiled templates."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from blog import create_app
from blog.config import Settings
from blog.database import utc_now
from blog.theming import jinja_environment, theme
from blog.theming.jinja_environment import FOLDER
from tests.support.applications import opened


def page(settings: Settings) -> str:
    """Render a template that needs no database, in a new application."""
    app = create_app(settings)
    with app.test_request_context("/"):
        return app.jinja_env.get_template("snippets/_search_form.html").render(asked="tea")


@pytest.fixture
def instance(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance")


def compiled(settings: Settings) -> list[Path]:
    return sorted((settings.instance / FOLDER).iterdir())


def test_a_template_is_compiled_once_for_all_processes(instance: Settings) -> None:
    first = page(instance)
    kept = {path: path.stat().st_mtime_ns for path in compiled(instance)}
    assert kept
    assert page(instance) == first
    assert {path: path.stat().st_mtime_ns for path in compiled(instance)} == kept


def test_nobody_else_can_write_to_the_template_cache(instance: Settings) -> None:
    page(instance)
    assert (instance.instance / FOLDER).stat().st_mode & 0o077 == 0


def test_a_damaged_cache_file_is_compiled_again(instance: Settings) -> None:
    first = page(instance)
    for path in compiled(instance):
        path.write_bytes(path.read_bytes()[:20])
    assert page(instance) == first


def test_templates_that_cannot_be_kept_are_compiled_anew_with_one_warning(
    instance: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = instance.instance / FOLDER
    instance.instance.mkdir()
    folder.touch()
    with caplog.at_level(logging.WARNING):
        assert 'value="tea"' in page(instance)
        create_app(instance).jinja_env.get_template("error.html")
    assert caplog.text.count(f"Compiled templates cannot be stored in {folder}") == 1


def test_a_compiled_template_keeps_no_text_of_another_language(instance: Settings, tmp_path: Path) -> None:
    template = tmp_path / "theme" / "templates" / "roles.html"
    template.parent.mkdir(parents=True)
    template.write_text('{{ "viewer"|role_name }} {{ 0.5|numberformat }}', encoding="utf-8")

    def shown(language: str) -> str:
        app = create_app(replace(instance, theme=tmp_path / "theme", language=language))
        with app.test_request_context("/"):
            return theme.render("roles.html")

    assert [shown("en"), shown("de"), shown("en")] == ["Viewer 0.5", "Leser 0,5", "Viewer 0.5"]


def test_a_template_that_other_code_has_compiled_is_not_used(
    instance: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(jinja_environment, "CODE", "before")
        first = page(instance)
    kept = compiled(instance)
    for path in kept:
        path.write_bytes(path.read_bytes().replace(b"search", b"broken"))
    assert page(instance) == first
    assert len(compiled(instance)) == 2 * len(kept)


def test_an_undefined_name_in_a_template_is_an_error(instance: Settings) -> None:
    with opened(instance) as app, pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nobody }}").render()


def test_every_template_has_the_common_names(instance: Settings) -> None:
    with opened(instance) as app:
        template = app.jinja_env.from_string("{{ day(now) }} {{ site.title }}", {"now": utc_now()})
        assert instance.title in template.render()
