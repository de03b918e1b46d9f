"""The administrators' page about the site: what it shows, what its buttons do, and who may see it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blog.config import settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.roles import Role
from blog.sources.registry import source_name
from blog.sync.rejections import update_rejections
from blog.sync.report import ReportLine
from blog.sync.state import SourceState, note_failure, note_success, note_worker
from blog.webhooks.deliveries import Delivery
from tests.support.clients import Visitor, signed_in
from tests.support.factories import make_article

PAGE = "/moderation/site"


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return signed_in(app, "Ada", Role.ADMINISTRATOR)


def test_a_new_site_shows_what_is_set_up_and_what_is_not(admin: Visitor) -> None:
    page = admin.visit(PAGE).text
    assert "does not run; last seen:" in page
    assert "demo" in page
    assert page.count("None.") == 2
    assert " MB" in page


def test_the_state_of_the_source_is_shown(admin: Visitor) -> None:
    name = source_name(settings)
    note_success(name, cursor=None, was_whole=True)
    note_worker(name)
    update_rejections(name, [], [ReportLine("tea.md", "title: it is empty", 3, "")])
    note_failure(name, "The CMS answered 500.")
    page = admin.visit(PAGE).text
    assert "The CMS answered 500." in page
    assert "1 document of the source cannot become an article." in page
    assert "tea.md:3" in page
    assert "<dd>runs</dd>" in page


def test_a_worker_that_reports_nothing_counts_as_stopped(admin: Visitor) -> None:
    name = source_name(settings)
    note_worker(name)
    with write_transaction(db.session()) as session:
        session.get_one(SourceState, name).worker_seen_at = utc_now() - timedelta(minutes=3)
    assert "does not run" in admin.visit(PAGE).text


def test_unpublished_articles_have_previews(admin: Visitor) -> None:
    make_article("On Cups", published_at=utc_now() + timedelta(days=1))
    page = admin.visit(PAGE).text
    assert "On Cups" in page
    assert "/preview/" in page
    assert "scheduled" in page


def test_a_sync_can_be_requested_from_the_worker(admin: Visitor) -> None:
    admin.visit(PAGE)
    admin.press("Sync now")
    assert "The worker has been asked for a sync." in admin.text
    [delivery] = db.session.scalars(select(Delivery))
    assert delivery.source_id is None
    assert delivery.done_at is None


def test_a_button_runs_the_checks_of_the_doctor(admin: Visitor) -> None:
    make_article("On Tea")
    admin.visit(PAGE)
    admin.press("Check everything now")
    assert "What the checks found" in admin.text
    assert "the built-in one" in admin.text
    assert "the counts are right" in admin.text
    assert db.session.scalar(select(Article.title)) == "On Tea"


def test_a_form_without_a_token_does_nothing(admin: Visitor) -> None:
    for path in (f"{PAGE}/sync", f"{PAGE}/checks"):
        assert admin.ask(path, "POST").status_code == 400
    assert db.session.scalars(select(Delivery)).all() == []


def test_a_moderator_is_refused(app: Flask) -> None:
    visitor = signed_in(app, "Cleo")
    assert visitor.visit(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in visitor.visit("/moderation/").text
