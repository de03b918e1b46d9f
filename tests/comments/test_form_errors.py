"""Errors of a refused comment are in the title, in a summary with links and beside the field, which gets the focus."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.factories import make_article
from tests.support.outline import Outline

FIELDS = {"name": "Bea Brown", "email": "bea@example.org", "website": "", "body": "Hello."}


@pytest.fixture(autouse=True)
def article(app: Flask) -> None:
    make_article("On Tea")


def refused(client: FlaskClient, headers: dict[str, str] | None = None, **fields: str) -> str:
    answer = client.post("/articles/on-tea/comments", data=FIELDS | fields, headers=headers)
    assert answer.status_code >= 400
    return answer.text


def focused(html: str) -> list[str | None]:
    return [attributes["id"] for _, attributes in Outline(html).elements if "autofocus" in attributes]


def test_the_title_says_that_there_is_an_error(client: FlaskClient) -> None:
    assert "<title>Error: Your comment on “On Tea” – A Test Blog</title>" in refused(client, name="")
    assert "Error" not in client.get("/articles/on-tea").text


def test_the_summary_lists_each_error_and_links_to_its_field(client: FlaskClient) -> None:
    page = refused(client, email="bea", body="")
    summary = page.split('id="form-errors"', 1)[1].split("</div>", 1)[0]
    assert re.findall(r'<li><a href="#(\w+)">([^<]+)</a>', summary) == [
        ("email", "Please give an e-mail address such as ada@example.org."),
        ("body", "Please write something."),
    ]
    ids = {attributes.get("id") for _, attributes in Outline(page).elements}
    assert {"email", "body"} <= ids


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"name": "", "body": ""}, "name"),
        ({"email": "bea", "body": ""}, "email"),
        ({"website": "gopher://x"}, "website"),
        ({"body": ""}, "body"),
    ],
)
def test_the_first_wrong_field_has_the_focus_and_its_description_is_complete(
    client: FlaskClient, fields: dict[str, str], first: str
) -> None:
    page = refused(client, None, **fields)
    assert focused(page) == [first]
    field = next(attributes for _, attributes in Outline(page).elements if attributes.get("id") == first)
    described_by = str(field["aria-describedby"]).split()
    assert described_by[0] == "form-errors-title"
    assert described_by[-1] == f"{first}-error"
    ids = {attributes.get("id") for _, attributes in Outline(page).elements}
    assert set(described_by) <= ids
    assert field["aria-invalid"] == "true"


def test_an_error_without_a_field_gets_the_focus(client: FlaskClient) -> None:
    page = refused(client, {"Sec-Fetch-Site": "cross-site"})
    assert focused(page) == ["form-errors"]


def test_nothing_has_the_focus_before_there_is_an_error(client: FlaskClient) -> None:
    page = client.get("/articles/on-tea").text
    assert focused(page) == []
    assert 'role="alert"' not in page + refused(client, name="")


def test_the_website_is_marked_as_optional(client: FlaskClient) -> None:
    assert '<label class="field__label" for="website">Website (optional)</label>' in client.get("/articles/on-tea").text


def test_phones_get_the_right_keyboards(client: FlaskClient) -> None:
    fields = {
        str(attributes["name"]): attributes
        for tag, attributes in Outline(client.get("/articles/on-tea").text).elements
        if tag in {"input", "textarea"} and attributes.get("name") and attributes.get("type") != "hidden"
    }
    assert {name: (field.get("type"), field["autocomplete"]) for name, field in fields.items()} == {
        "name": ("text", "name"),
        "email": ("email", "email"),
        "website": ("url", "url"),
        "body": (None, "off"),
        "nickname": ("text", "off"),
    }
    assert fields["name"]["autocapitalize"] == "words"
    assert {fields["email"]["autocapitalize"], fields["website"]["autocapitalize"]} == {"none"}


def test_a_receipt_has_no_stray_fragment(client: FlaskClient) -> None:
    """A browser keeps the fragment of a form's address when it follows the redirect."""
    form = next(attributes for tag, attributes in Outline(client.get("/articles/on-tea").text).elements if tag == "form"
                and attributes.get("id") == "comment-form")  # fmt: skip
    assert form["action"] == "/articles/on-tea/comments"
