"""Challenges of the comment form: signed, for one article, good for a day and for one comment, in every process."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import altcha
import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import travel

from blog.comments.challenges import LIFETIME, ProofState, UsedChallenge, prune_challenges, read_proof, spend
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.support.challenges import get_challenge, solve, solved
from tests.support.factories import make_article

VALID, WRONG, EXPIRED = ProofState.VALID, ProofState.WRONG, ProofState.EXPIRED


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, proof_of_work=True, comment_attempt_rate="20 per minute", page_cache_mb=8)


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def changed(payload: dict[str, Any], *path: str, to: object) -> str:
    """``payload`` with another value at ``path``."""
    copy = json.loads(json.dumps(payload))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return b64encode(json.dumps(copy).encode()).decode()


def test_a_solved_challenge_is_a_valid_proof_with_the_time_since_it_was_made(app: Flask, article: Article) -> None:
    with travel("2026-11-26T10:00:00Z", tick=False) as clock:
        proof = solved(app, article)
        clock.shift(7.25)
        read = read_proof(proof, article.id)
    assert (read.state, read.seconds) == (VALID, 7.2)


def test_a_challenge_is_never_cached_and_differs_each_time(app: Flask, article: Article) -> None:
    client = app.test_client()
    first, second = (client.get(f"/articles/{article.slug}/comments/challenge") for _ in range(2))
    assert first.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers
    assert first.get_json()["signature"] != second.get_json()["signature"]


def test_a_challenge_costs_work_only_if_the_operator_wants_it(app: Flask, article: Article) -> None:
    assert get_challenge(app, article)["parameters"]["cost"] > 100
    app.config["BLOG"] = replace(app.config["BLOG"], proof_of_work=False)
    challenge = get_challenge(app, article)
    assert challenge["parameters"]["cost"] == 1
    assert solve(challenge)["solution"]["counter"] == 0


def test_challenges_are_limited_and_closed_articles_have_none(app: Flask, article: Article) -> None:
    closed = make_article("On Milk", comment_policy="closed")
    client = app.test_client()
    assert client.get(f"/articles/{closed.slug}/comments/challenge").status_code == 404
    assert client.get("/articles/nowhere/comments/challenge").status_code == 404
    answers = [client.get(f"/articles/{article.slug}/comments/challenge") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_a_proof_expires_after_a_day(app: Flask, article: Article) -> None:
    with travel("2026-11-26T10:00:00Z", tick=False) as clock:
        proof = solved(app, article)
        clock.shift(LIFETIME - timedelta(seconds=1))
        assert read_proof(proof, article.id).state is VALID
        clock.shift(timedelta(seconds=2))
        expired = read_proof(proof, article.id)
    assert (expired.state, expired.seconds) == (EXPIRED, None)


def test_a_proof_is_for_one_article_and_one_secret_key(app: Flask, article: Article) -> None:
    proof = solved(app, article)
    assert read_proof(proof, make_article("On Milk").id).state is WRONG
    app.secret_key = "another"
    assert read_proof(proof, article.id).state is WRONG


@pytest.mark.only_on("sqlite", reason="a proof is read without the database")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), None),
        (("challenge", "signature"), "00" * 32),
        (("challenge", "signature"), None),
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "expiresAt"), 99_999_999_999),
        (("challenge", "parameters", "expiresAt"), "soon"),
        (("challenge", "parameters", "data"), {"article": 1, "issued": 0}),
        (("challenge", "parameters", "data"), [[]]),
        (("challenge", "parameters", "keySignature"), "00"),
        (("challenge", "parameters"), []),
        (("solution",), "x"),
    ],
)
def test_a_changed_proof_is_wrong(app: Flask, article: Article, path: tuple[str, ...], value: object) -> None:
    payload = solve(get_challenge(app, article))
    assert read_proof(changed(payload, *path, to=value), article.id).state is WRONG


@pytest.mark.only_on("sqlite", reason="a proof is read without the database")
def test_a_malformed_proof_is_wrong_and_no_error(app: Flask) -> None:
    deep, long = (b64encode(sign * 1_400).decode() for sign in (b"[", b"9"))
    for text in ("x", "e30=", "\x00", "é", "null", deep, long, "A" * 9_999):
        assert read_proof(text, 1).state is WRONG, text


def test_a_solution_from_the_package_itself_is_accepted(app: Flask, article: Article) -> None:
    """The protocol is that of ``altcha``, so its own solvers work as well."""
    challenge = altcha.Challenge.from_dict(get_challenge(app, article))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    assert read_proof(altcha.Payload(challenge, solution).to_base64(), article.id).state is VALID


def test_a_proof_is_used_once_and_forgotten_after_it_has_expired(app: Flask, article: Article) -> None:
    proof = read_proof(solved(app, article), article.id)
    with write_transaction(db.session()) as session:
        assert spend(session, proof)
        assert not spend(session, proof)
    prune_challenges()
    assert db.session.scalar(select(func.count()).select_from(UsedChallenge)) == 1
    with travel(utc_now() + LIFETIME + timedelta(minutes=1)):
        prune_challenges()
    assert db.session.scalar(select(func.count()).select_from(UsedChallenge)) == 0
