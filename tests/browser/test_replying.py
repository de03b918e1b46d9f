"""Replying: in place with a script, and on a separate page without it; on a wide screen and a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from blog.comments.models import Comment, Status
from blog.comments.thread_queries import PAGE_SIZE
from blog.content.models import Article
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import comment_ids, open_article, send_comment, write_comment
from tests.support.factories import make_comment
from tests.support.held_answers import Held
from tests.support.screens import PHONE
from tests.support.servers import Served, served


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo articles without a page cache, because rows that a test writes purge nothing."""
    settings = {"BLOG_COMMENT_RATE": "1000 per minute", "BLOG_PAGE_CACHE_MB": "0"}
    with served(tmp_path_factory.mktemp("blog"), **settings) as blog:
        yield blog


WRITE_DRAFT = """([article, parent]) => {
    const draft = { body: "Half a reply", parent: String(parent), isSent: false };
    localStorage.setItem(`draft:${article}`, JSON.stringify(draft));
}"""
ADD_LATE_IMAGE = """document.addEventListener("DOMContentLoaded", () => {
    document.body.append(Object.assign(new Image(), { src: "/late.png" }));
});"""


def approved(blog: Served, address: str, *bodies: str, parent: int | None = None) -> list[int]:
    """The ids of approved comments under the article at ``address``."""
    with blog.rows():
        slug = address.rsplit("/", 1)[-1]
        article = db.session.scalars(Article.published().where(Article.slug == slug)).one()
        above = db.session.get(Comment, parent) if parent else None
        return [make_comment(article, body, parent=above, status=Status.APPROVED).id for body in bodies]


def parent_of(blog: Served, body: str) -> int | None:
    [id_] = comment_ids(blog, body)
    with blog.rows():
        return db.session.get_one(Comment, id_).parent_id


def test_the_form_opens_below_the_comment_and_goes_back(page: Page, blog: Served) -> None:
    article = open_article(blog)
    [comment] = approved(blog, article, "To be replied to.")
    page.goto(article)
    page.get_by_label("Comment", exact=True).fill("Half a thought")
    page.locator(f"#comment-{comment}").get_by_role("link", name="Reply").click()
    expect(page).to_have_url(article)
    expect(page.locator(f"#comment-{comment} + form")).to_be_visible()
    expect(page.get_by_role("heading", name="Reply to Bea Brown")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a thought")

    page.get_by_role("button", name="Cancel the reply").click()
    expect(page.get_by_role("heading", name="Leave a comment")).to_be_visible()
    expect(page.locator(f"#comment-{comment} + form")).to_have_count(0)
    expect(page.locator(f"#comment-{comment}").get_by_role("link", name="Reply")).to_be_focused()
    expect(page.locator("input[name=parent]")).to_have_value("")


def test_a_reply_in_place_is_sent_with_its_parent(page: Page, blog: Served) -> None:
    article = open_article(blog)
    [comment] = approved(blog, article, "Say something.")
    page.goto(article)
    page.locator(f"#comment-{comment}").get_by_role("link", name="Reply").click()
    write_comment(page, "Something, in place.")
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    assert parent_of(blog, "Something, in place.") == comment


def test_the_draft_of_a_reply_stays_a_reply(page: Page, blog: Served) -> None:
    article = open_article(blog)
    [comment] = approved(blog, article, "What do you mean?")
    page.goto(article)
    page.locator(f"#comment-{comment}").get_by_role("link", name="Reply").click()
    page.get_by_label("Comment", exact=True).fill("I mean")
    page.wait_for_function("() => localStorage.length > 0")
    page.reload()
    expect(page.locator(f"#comment-{comment} + form")).to_contain_text("Reply to Bea Brown")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("I mean")
    expect(page.locator("input[name=parent]")).to_have_value(str(comment))

    page.get_by_role("button", name="Cancel the reply").click()
    page.reload()
    expect(page.get_by_role("heading", name="Leave a comment")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("I mean")
    expect(page.locator("input[name=parent]")).to_have_value("")


def test_the_draft_of_a_reply_leaves_a_form_that_was_opened_elsewhere(page: Page, blog: Served, faults: Faults) -> None:
    """The first event that scripts can wait for comes early, the second one after the last image."""
    faults.allow("status of 404")
    article, late = open_article(blog), Held(page, "**/late.png")
    drafted, other = approved(blog, article, "The one with a draft.", "Another one.")
    page.goto(article)
    page.evaluate(WRITE_DRAFT, [article, drafted])
    page.add_init_script(ADD_LATE_IMAGE)
    page.reload(wait_until="domcontentloaded")
    page.locator(f"#comment-{other}").get_by_role("link", name="Reply").click()
    late.arrive()
    late.release()
    page.wait_for_load_state("load")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a reply")
    expect(page.locator("input[name=parent]")).to_have_value(str(other))


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
def test_without_script_the_link_leads_to_a_page_with_the_form(
    open_page: OpenPage, blog: Served, size: dict[str, int]
) -> None:
    article = open_article(blog)
    [comment] = approved(blog, article, f"Plain at {size['width']}.")
    page = open_page(java_script_enabled=False, viewport=size)
    page.goto(article)
    page.locator(f"#comment-{comment}").get_by_role("link", name="Reply").click()
    expect(page).to_have_url(f"{article}/comments/{comment}/reply")
    expect(page.locator(".comment__body")).to_have_text(f"Plain at {size['width']}.")
    write_comment(page, f"Something, at {size['width']}.")
    send_comment(page)
    expect(page.locator(".comment__body")).to_have_text(f"Something, at {size['width']}.")
    assert parent_of(blog, f"Something, at {size['width']}.") == comment


def test_a_deep_thread_fits_on_a_phone(open_page: OpenPage, blog: Served) -> None:
    article = open_article(blog)
    parent = None
    for level in range(8):
        [parent] = approved(blog, article, f"Level {level}, with Donaudampfschifffahrtsgesellschaft.", parent=parent)
    page = open_page(viewport=PHONE)
    page.goto(f"{article}/comments/{parent}")
    expect(page.locator(f"#comment-{parent}")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    box = page.locator(f"#comment-{parent} .comment__body").bounding_box()
    assert box is not None
    assert box["width"] > 260


def test_a_comments_address_opens_the_page_that_has_it(page: Page, blog: Served) -> None:
    article = open_article(blog)
    ids = approved(blog, article, *(f"One of many, {number}." for number in range(2 * PAGE_SIZE)))
    page.goto(f"{article}#comment-{ids[-1]}")
    expect(page.locator(f"#comment-{ids[-1]}")).to_be_in_viewport()
    expect(page).to_have_url(f"{article}?comments_from={ids[-1]}#comment-{ids[-1]}")
    page.get_by_role("navigation", name="Pages of comments", exact=True).get_by_role("link").click()
    expect(page.locator(f"#comment-{ids[-2]}")).to_be_visible()


def test_the_links_under_the_title_go_to_the_comments_and_the_form(page: Page, blog: Served) -> None:
    page.goto(open_article(blog))
    head = page.locator(".article__head")
    head.get_by_role("link", name="write one").click()
    expect(page.locator("#comment-form")).to_be_in_viewport()
    head.get_by_role("link", name="comment", exact=False).first.click()
    expect(page.locator("#comments")).to_be_in_viewport()
