"""The queue narrowed to comments with something in common, with URLs that can be shared."""

import pytest

from blog.comments.models import CommentSignal, Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import queue, queue_filter
from blog.moderation.queue_changes import changes_since
from blog.moderation.queue_filter import Narrowing, QueueFilter, UnknownFilter
from tests.support.clients import Visitor
from tests.support.factories import make_article, make_comment, make_comments
from tests.support.queries import plan, statements


def ids(wanted: QueueFilter) -> set[int]:
    return {card.comment.id for card in queue.load_page(wanted).cards}


def test_comments_of_an_article_an_address_a_network_or_a_check_are_found(article: Article) -> None:
    here = make_comment(article, "Here.", email="Ada@example.org", network="192.0.2.0/24")
    there = make_comment(make_article("On Cups"), "There.", email="ada@example.org", network="198.51.100.0/24")
    third = make_comment(article, "Third.", email="bea@example.org", network="192.0.2.0/24")
    make_comment(article, "Decided.", email="ada@example.org", network="192.0.2.0/24", status=Status.SPAM)
    with write_transaction(db.session()) as session:
        session.add(CommentSignal(comment_id=there.id, name="links", weight=1, details={}))

    def found(narrowing: Narrowing, value: int | str) -> set[int]:
        return ids(QueueFilter(narrowing=narrowing, value=value))

    assert found(Narrowing.ARTICLE, article.id) == {here.id, third.id}
    assert found(Narrowing.ADDRESS, here.id) == {here.id, there.id}
    assert found(Narrowing.NETWORK, here.id) == {here.id, third.id}
    assert found(Narrowing.CHECK, "links") == {there.id}
    assert found(Narrowing.CHECK, "shouting") == set()


def test_comments_without_an_address_or_network_have_none_in_common(article: Article) -> None:
    first = make_comment(article, "One.", email="", network="")
    make_comment(article, "Two.", email="", network="")
    assert ids(QueueFilter(narrowing=Narrowing.ADDRESS, value=first.id)) == set()
    assert ids(QueueFilter(narrowing=Narrowing.NETWORK, value=first.id)) == set()


def test_a_filter_is_written_to_its_address_and_read_back(article: Article) -> None:
    for wanted in (
        QueueFilter(Status.SPAM, Narrowing.ARTICLE, article.id),
        QueueFilter(Status.PENDING, Narrowing.CHECK, "links"),
        QueueFilter(Status.REJECTED),
        QueueFilter(Status.SPAM, words='"copper kettle" ada'),
        QueueFilter(Status.PENDING, Narrowing.ARTICLE, article.id, "kettle"),
    ):
        assert QueueFilter.from_arguments(wanted.arguments) == wanted
        assert wanted.with_status("approved").arguments == wanted.arguments | {"status": "approved"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("article", "0"), ("article", "x"), ("address", "-1"), ("network", "9" * 40), ("check", "DROP")],
)
def test_an_invalid_filter_is_not_found(visitor: Visitor, name: str, value: str) -> None:
    with pytest.raises(UnknownFilter):
        QueueFilter.from_arguments({name: value})
    assert visitor.visit(f"/moderation/?{name}={value}").status_code == 404


def test_a_card_links_to_comments_with_something_in_common(visitor: Visitor, article: Article) -> None:
    comment = make_comment(article, "Here.", email="ada@example.org", network="192.0.2.0/24")
    make_comment(article, "Another.", email="bea@example.org", network="198.51.100.0/24")
    page = visitor.visit("/moderation/").text
    for name in ("address", "network"):
        address = f"/moderation/?status=pending&amp;{name}={comment.id}"
        assert address in page
        narrowed = visitor.visit(address.replace("&amp;", "&")).text
        assert "Here." in narrowed
        assert "Another." not in narrowed
        assert "Show all" in narrowed
        assert f"/moderation/?status=spam&amp;{name}={comment.id}" in narrowed
        visitor.visit("/moderation/")


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of a few rows")
@pytest.mark.parametrize(
    ("narrowing", "index"),
    [
        (Narrowing.ARTICLE, "ix_comment_article_queue"),
        (Narrowing.NETWORK, "ix_comment_network_queue"),
        (Narrowing.ADDRESS, "ix_comment_email"),
    ],
)
def test_a_narrowed_queue_is_read_by_an_index(article: Article, narrowing: Narrowing, index: str) -> None:
    comment = make_comment(article)
    with statements(db.engine) as sent:
        queue.load_page(QueueFilter(narrowing=narrowing, value=comment.id))
    page = next(statement for statement in sent if "ORDER BY comment.submitted_at" in statement)
    steps = plan(page, "pending")
    assert any(index in step for step in steps), steps


def test_a_check_with_many_findings_is_not_read_completely(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    comments = [make_comment(article, f"Number {number}.") for number in range(4)]
    with write_transaction(db.session()) as session:
        for comment in comments[1:]:
            session.add(CommentSignal(comment_id=comment.id, name="links", weight=1, details={}))
    by_check = QueueFilter(narrowing=Narrowing.CHECK, value="links")
    for many, is_each_asked in ((4, False), (3, True)):
        monkeypatch.setattr(queue_filter, "MANY_FINDINGS", many)
        with statements(db.engine) as sent:
            assert ids(by_check) == {comment.id for comment in comments[1:]}
        [query] = [statement for statement in sent if "FROM comment JOIN article" in statement]
        condition = " ".join(query.partition("WHERE comment.status")[2].split())
        assert (
            "AND (EXISTS (SELECT * FROM comment_signal WHERE comment_signal.comment_id" in condition
        ) == is_each_asked


def test_a_search_can_be_combined_with_a_status_and_a_filter(article: Article) -> None:
    here = make_comment(article, "A copper kettle.")
    there = make_comment(make_article("On Cups"), "Another kettle.")
    spam = make_comment(article, "Buy a kettle.", status=Status.SPAM)
    make_comment(article, "Milk first.")
    assert ids(QueueFilter(words="kettle")) == {here.id, there.id}
    assert ids(QueueFilter(Status.SPAM, words="kettle")) == {spam.id}
    assert ids(QueueFilter(words="kettle", narrowing=Narrowing.ARTICLE, value=article.id)) == {here.id}
    with write_transaction(db.session()) as session:
        session.add(CommentSignal(comment_id=there.id, name="links", weight=1, details={}))
    by_check = QueueFilter(words="kettle", narrowing=Narrowing.CHECK, value="links")
    assert ids(by_check) == {there.id}
    assert [card.comment.id for card in queue.load_page(by_check).cards] == [there.id]
    assert queue.load_page(by_check.with_words("milk")).cards == []
    assert [changes_since(by_check, 0, id_).arrived for id_ in (0, here.id, there.id)] == [1, 1, 0]


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_a_search_has_pages_in_the_order_of_the_queue(article: Article, status: Status) -> None:
    each = [{"body": f"Kettle {number}."} for number in range(60)]
    made = [comment.id for comment in make_comments(article, each, status=status)]
    pages: list[int] = []
    listed: list[int] = []
    after = None
    for _ in range(3):
        page = queue.load_page(QueueFilter(status, words="kettle"), after)
        pages.append(len(page.cards))
        listed += [card.comment.id for card in page.cards]
        after = page.after
    assert after is None
    assert pages == [25, 25, 10]
    assert listed == (made if status is Status.PENDING else made[::-1])


def test_the_page_of_a_search_keeps_the_words_and_links_back(visitor: Visitor, article: Article) -> None:
    make_comment(article, "A copper kettle.")
    make_comment(article, "Milk first.")
    page = visitor.visit("/moderation/?status=pending&q=%22copper+kettle%22+%3Cb%3E").text
    assert "No comment here has all of these words: &#34;copper kettle&#34; &lt;b&gt;" in page
    page = visitor.visit("/moderation/?q=copper").text
    assert "A copper kettle." in page
    assert "Milk first." not in page
    assert 'value="copper"' in page
    assert "/moderation/?status=spam&amp;q=copper" in page
    assert 'href="/moderation/?status=pending">Clear the search' in page


@pytest.mark.parametrize("query", ["q=%00", "q=" + "a" * 5000, "q=%C3%A9%00", "q=x&q=y", "q=" + "%CC%80" * 200, "q="])
def test_every_search_is_answered(visitor: Visitor, article: Article, query: str) -> None:
    make_comment(article, "A copper kettle.")
    assert visitor.visit(f"/moderation/?{query}").status_code == 200


def test_a_search_takes_as_many_statements_as_the_queue_and_an_estimate(visitor: Visitor, article: Article) -> None:
    for number in range(5):
        make_comment(article, f"Kettle {number}.")
    visitor.visit("/moderation/")
    with statements(db.engine) as plain:
        visitor.visit("/moderation/")
    with statements(db.engine) as searched:
        visitor.visit("/moderation/?q=kettle")
    estimates = [sent for sent in searched if sent.startswith("EXPLAIN")]
    assert len(searched) == len(plain) + len(estimates)
    assert len(estimates) == (1 if db.engine.dialect.name == "postgresql" else 0)


def test_a_common_and_a_rare_word_are_found_alike(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = make_comment(article, "A copper kettle.")
    make_comment(article, "Milk first.")
    for many, limit in ((0, 0), (0, 10**9), (10**9, 10**9)):
        monkeypatch.setattr("blog.comments.search.MANY_MATCHES", many)
        monkeypatch.setattr("blog.comments.search.MAX_MATCHES", limit)
        assert ids(QueueFilter(words="kettle")) == {comment.id}
