"""The blog behind a real Varnish, configured as in the documentation, with both modules."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import func, select

from blog.cache.header_keys import header_key
from blog.cache.purges import EVERYTHING, CachePurge, purge
from blog.cdn.backend import PurgeFailed
from blog.cdn.fingerprint import fingerprint
from blog.cdn.progress import Position, save_position
from blog.cdn.varnish import Varnish
from blog.comments.models import Comment, Status
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.doctor.purge_check import check_purge
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide
from blog.sources.registry import configured_source
from blog.sync.run import sync
from tests.support.applications import opened
from tests.support.clients import PASSWORD, Forms
from tests.support.factories import make_comment
from tests.support.fakes import Request, fake, http
from tests.support.files import write
from tests.support.http_requests import HTTPResponse, ask
from tests.support.instances import prepare
from tests.support.ports import free_port
from tests.support.servers import Served, folder_environment, served
from tests.support.varnish import varnish
from tests.support.waiting import wait_until

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "deploy.md"
TOKEN = "a-long-random-word"


def documented(module: str, port: int) -> str:
    """The configuration in the documentation for ``module``, for a blog on ``port``."""
    blocks = re.findall(r"```vcl\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = (str(block) for block in blocks if f"import {module};" in block)
    assert found.count('"8000"') == 1
    assert found.count(f'"{TOKEN}"') == 1
    return found.replace('"8000"', f'"{port}"').replace(TOKEN, "token")


@contextmanager
def in_front_of(port: int, module: str) -> Iterator[int]:
    with varnish(documented(module, port)) as front:
        yield front


@pytest.fixture(params=["xkey", "std"], ids=["xkey", "ban"], scope="module")
def module(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@dataclass(frozen=True)
class Site:
    """A served blog and the port of the Varnish in front of it."""

    blog: Served
    front: int
    articles: Path

    def get(self, path: str, **headers: str) -> HTTPResponse:
        return ask(self.front, "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def keep(self, *paths: str) -> None:
        """Let Varnish cache the pages at ``paths``."""
        for path in paths:
            self.get(path)
            assert is_hit(self.get(path)), path

    def first_miss(self, path: str) -> HTTPResponse:
        """Wait for the first response that is not from Varnish's cache."""
        answers: list[HTTPResponse] = []

        def misses() -> bool:
            answers.append(self.get(path))
            return not is_hit(answers[-1])

        wait_until(misses)
        return answers[-1]


def is_hit(answer: HTTPResponse) -> bool:
    """Whether the response came from the cache; then it names the request that filled it (vcl-var(7), “X-Varnish”)."""
    return len(answer.headers["X-Varnish"].split()) == 2


@pytest.fixture(scope="module")
def site(module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("blog")
    articles = folder / "articles"
    for number in range(1, 13):
        tags = "[Чай, Tea]" if number == 1 else "[Cups]"
        write(
            articles,
            f"piece-{number:02}.md",
            "Water first.",
            title=f"Piece {number}",
            tags=tags,
            published_at=f"2026-03-{number:02}",
        )
    port = free_port()
    with in_front_of(port, module) as front:
        environment = {
            "BLOG_SOURCE": f"folder:{articles}",
            "BLOG_PURGE": f"varnish:http://127.0.0.1:{front}",
            "BLOG_PURGE_TOKEN": "token",
            "BLOG_PROXIES": "1",
        }
        settle(Settings.from_environment(folder_environment(folder) | environment))
        with served(folder, port, **environment) as blog:
            yield Site(blog, front, articles)


def settle(settings: Settings) -> None:
    """Import the articles first, so that the worker has nothing to purge when it starts."""
    prepare(settings)
    with opened(settings):
        with configured_source(settings) as source:
            sync(source)
        newest = db.session.scalar(select(func.max(CachePurge.id))) or 0
        save_position(settings.purge or "", Position(newest, utc_now()), fingerprint(settings))


def number_of(slug: str) -> int:
    return db.session.scalars(select(Article.id).where(Article.slug == slug)).one()


def test_a_page_is_cached_without_cookies_and_without_our_header(site: Site) -> None:
    site.get("/articles/piece-02")
    kept = site.get("/articles/piece-02", Cookie="visitor=1")
    assert is_hit(kept)
    assert "Water first." in kept.text
    assert not {"Set-Cookie", "Surrogate-Key", "Cache-Tag", "xkey"} & set(kept.headers)
    assert "s-maxage=86400" in kept.headers["Cache-Control"]


def test_a_decision_is_on_the_page_and_other_pages_stay(site: Site) -> None:
    site.keep("/articles/piece-01", "/articles/piece-12", "/")
    with site.blog.rows():
        article = db.session.get_one(Article, number_of("piece-01"))
        others = number_of("piece-12"), number_of("piece-10"), number_of("piece-11")
        assert any(str(other).startswith(str(article.id)) for other in others), (
            "a key with the same start as another one"
        )
        comment = make_comment(article, "Lovely.")
        assert is_hit(site.get("/articles/piece-01")), "a waiting comment changes no page"
        moderator = accounts.add("Cleo", PASSWORD)
        decide(comment.id, to=Status.APPROVED, revision=1, version=comment.version, moderator=moderator)
    answer = site.first_miss("/articles/piece-01")
    assert "Lovely." in answer.text, "the old page is not shown while the new one is fetched"
    assert is_hit(site.get("/articles/piece-12"))
    assert is_hit(site.get("/"))


def test_an_author_s_change_is_on_the_page(site: Site) -> None:
    site.keep("/articles/piece-03", "/articles/piece-09")
    write(site.articles, "piece-03.md", "Leaves first.", title="Piece 3", tags="[Cups]", published_at="2026-03-03")
    assert "Leaves first." in site.first_miss("/articles/piece-03").text
    (site.articles / "piece-03.md").unlink()
    wait_until(lambda: site.get("/articles/piece-03").status == 410)
    assert is_hit(site.get("/articles/piece-09"))


def test_an_unchanged_page_is_304(site: Site) -> None:
    site.keep("/articles/piece-09")
    etag = site.get("/articles/piece-09").headers["ETag"]
    unchanged = site.get("/articles/piece-09", If_None_Match=etag)
    assert (unchanged.status, unchanged.text, is_hit(unchanged)) == (304, "", True)
    with site.blog.rows(), write_transaction(db.session()) as session:
        article = db.session.get_one(Article, number_of("piece-09"))
        article.body_html = article.body_html + "<p>Then leaves.</p>"
        purge(session, [f"article/{article.id}"], "test")
    wait_until(lambda: site.get("/articles/piece-09", If_None_Match=etag).status == 200)


def test_keys_in_any_script_and_the_key_of_all_pages_are_purged(site: Site) -> None:
    listing, other = "/tags/%D1%87%D0%B0%D0%B9", "/articles/piece-12"
    site.keep(listing, other)
    with site.blog.rows(), write_transaction(db.session()) as session:
        purge(session, ["tag/чай"], "test")
    site.first_miss(listing)
    assert is_hit(site.get(other))
    with site.blog.rows(), write_transaction(db.session()) as session:
        purge(session, [EVERYTHING], "test")
    site.first_miss(other)


@pytest.mark.parametrize("path", ["/search?q=water", "/moderation/login", "/nowhere", "/readyz"])
def test_private_pages_are_never_cached(site: Site, path: str) -> None:
    for _ in range(3):
        assert not is_hit(site.get(path))


def test_a_moderator_signs_in_through_varnish(site: Site) -> None:
    with site.blog.rows():
        accounts.add("Dan", PASSWORD)
    page = site.get("/moderation/login")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    fields = Forms(page.text).found[0].fields | {"name": "Dan", "password": PASSWORD}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    answer = ask(site.front, "POST", "/moderation/login", urlencode(fields), headers)
    assert answer.status == 303, answer.text
    cookies = "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))
    assert "Signed in as Dan" in site.get("/moderation/", Cookie=cookies).text
    assert site.get("/moderation/").status == 302


def test_the_blog_sees_the_reader_s_address_behind_varnish(site: Site) -> None:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
        "X-Forwarded-Proto": "https",
    }
    form = "name=Bea&email=bea@example.org&body=Through+two+proxies."
    answer = ask(site.front, "POST", "/articles/piece-07/comments", form, headers)
    assert answer.status == 303, answer.text
    assert "Strict-Transport-Security" in answer.headers
    with site.blog.rows():
        comment = db.session.scalars(select(Comment).where(Comment.body == "Through two proxies.")).one()
        assert comment.network == "203.0.113.0/24"


def test_the_doctor_says_whether_purges_are_accepted(site: Site) -> None:
    with site.blog.rows():
        assert [str(finding) for finding in check_purge()] == ["good     purge: Varnish accepts purges"]
    for token in ("", "another"):
        with pytest.raises(PurgeFailed, match="403"):
            Varnish(f"http://127.0.0.1:{site.front}", token).purge({EVERYTHING})
    with pytest.raises(PurgeFailed, match=r"docs/deploy\.md"):
        Varnish(site.blog.url, "token").purge({EVERYTHING})


MANY = [header_key(f"title/{number}") for number in range(710)]


def origin(request: Request) -> bytes:
    """A page with the cache key in its address."""
    words = MANY if request.path == "/many" else ["everything", header_key(request.query["key"])]
    return http(
        request.path, Cache_Control="public, s-maxage=86400", Surrogate_Key=" ".join(words), Cache_Tag=",".join(words)
    )


@pytest.fixture(scope="module")
def front(module: str) -> Iterator[int]:
    """The port of a Varnish in front of :func:`origin`."""
    with fake(origin) as server, in_front_of(server.port, module) as port:
        yield port


def kept(port: int, path: str) -> bool:
    return is_hit(ask(port, "GET", path))


@pytest.mark.parametrize(
    ("purged", "others"),
    [
        ("article/1", ["article/12", "article/11", "particle/1", "title/1"]),
        ("tag/a.b", ["tag/axb", "tag/a", "tag/b"]),
        ("tag/c++", ["tag/c", "tag/ccc", "tag/c+"]),
        ("tag/.*", ["tag/anything", "tag/"]),
        ("tag/(a|b)[c]{1}^$?\\", ["tag/ac", "tag/a"]),
        ("tag/a b,c", ["tag/a", "b", "c", "tag/a b"]),
        ("tag/чай", ["tag/%D1%87", "tag/час"]),
        ("tag/" + "чай" * 66, ["tag/" + "чай" * 65 + "час"]),
        ('tag/"quoted"', ["tag/quoted"]),
    ],
)
def test_purging_a_key_purges_no_similar_key(front: int, purged: str, others: list[str]) -> None:
    paths = {key: f"/page?key={quote(key, safe='')}" for key in (purged, *others)}
    for path in paths.values():
        ask(front, "GET", path)
        assert kept(front, path)
    Varnish(f"http://127.0.0.1:{front}", "token").purge({header_key(purged)})
    assert not kept(front, paths[purged])
    assert all(kept(front, paths[other]) for other in others)


def test_each_of_very_many_keys_purges_a_page_and_no_other_key_does(front: int) -> None:
    cache = Varnish(f"http://127.0.0.1:{front}", "token")
    assert 6_900 <= len(" ".join(MANY)) <= 7_000, "as many as are sent"
    ask(front, "GET", "/many")
    cache.purge({f"{name}x" for name in MANY} | {f"x{name}" for name in MANY})
    assert kept(front, "/many")
    cache.purge({f"{name}x" for name in MANY} | {MANY[-1]})
    assert not kept(front, "/many")
