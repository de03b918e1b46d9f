"""Challenges of the comment form, fetched and solved as the script on the page does."""

from base64 import b64encode
from json import dumps
from typing import Any, cast

import altcha
from flask import Flask

from blog.content.models import Article


def get_challenge(app: Flask, article: Article) -> dict[str, Any]:
    """A new challenge for a comment on ``article``."""
    answer = app.test_client().get(f"/articles/{article.slug}/comments/challenge")
    assert answer.status_code == 200, answer.text
    return cast("dict[str, Any]", answer.get_json())


def solve(challenge: dict[str, Any]) -> dict[str, Any]:
    """The challenge with its solution."""
    solution = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    assert solution is not None
    return {"challenge": challenge, "solution": solution.to_dict()}


def solved(app: Flask, article: Article) -> str:
    """The value of the form's field ``proof``."""
    return b64encode(dumps(solve(get_challenge(app, article))).encode()).decode()
