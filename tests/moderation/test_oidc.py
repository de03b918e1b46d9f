"""Signing in through an OpenID Connect provider that runs in the test."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from blog.config import Settings
from blog.fetch.client import Client
from blog.fetch.errors import Unreachable
from blog.moderation import accounts, oidc_provider
from blog.moderation.authentication import authenticate
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.support.rows import account, account_actions


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as provider:
        provider.claims["roles"] = ["moderator"]
        yield provider
    assert provider.problems == []


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    return replace(
        settings,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )


def to_provider(visitor: Visitor, path: str = "/moderation/login/oidc") -> dict[str, str]:
    """The query with which the browser is redirected to the provider."""
    address = urlsplit(visitor.ask(path).headers["Location"])
    assert address.path == "/authorize"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def come_back(visitor: Visitor, address: str) -> int:
    url = urlsplit(address)
    answer = visitor.ask(f"{url.path}?{url.query}")
    visitor._show(answer)
    return answer.status_code


def sign_in(visitor: Visitor, provider: Provider) -> int:
    return come_back(visitor, provider.authorize(to_provider(visitor)))


def test_the_sign_in_page_offers_the_provider(stranger: Visitor) -> None:
    assert 'href="/moderation/login/oidc"' in stranger.visit("/moderation/login").text


def test_a_person_with_a_role_at_the_provider_gets_an_account(stranger: Visitor, provider: Provider) -> None:
    assert sign_in(stranger, provider) == 303
    assert "Signed in as Grace" in stranger.text
    grace = account("Grace")
    assert (grace.role, grace.oidc_subject, grace.password_hash) == (Role.MODERATOR, "248289", "")
    assert account_actions() == ["joined_by_provider"]
    assert authenticate("Grace", "") is None


def test_the_second_time_it_is_the_same_account_even_under_another_name(app: Flask, provider: Provider) -> None:
    sign_in(Visitor(app), provider)
    provider.claims["preferred_username"] = "Hopper"
    assert sign_in(Visitor(app), provider) == 303
    assert [listed.name for listed in accounts.listing()] == ["Grace"]


def test_the_role_follows_the_claim(app: Flask, provider: Provider) -> None:
    sign_in(Visitor(app), provider)
    provider.claims["roles"] = ["viewer", "administrator"]
    sign_in(Visitor(app), provider)
    assert account("Grace").role == Role.ADMINISTRATOR
    provider.claims["roles"] = ["something else"]
    visitor = Visitor(app)
    assert sign_in(visitor, provider) == 403
    assert "has no role here" in visitor.text


def test_a_local_account_of_the_same_name_stays_its_owners(
    stranger: Visitor, provider: Provider, cleo: Moderator
) -> None:
    provider.claims["preferred_username"] = "CLEO"
    assert sign_in(stranger, provider) == 303
    assert "Signed in as CLEO 2" in stranger.text
    assert account("Cleo").oidc_subject is None


def test_a_disabled_account_stays_out(app: Flask, provider: Provider) -> None:
    sign_in(Visitor(app), provider)
    accounts.disable("Grace")
    assert sign_in(Visitor(app), provider) == 403


def test_it_redirects_to_the_requested_page_and_to_no_other_site(app: Flask, provider: Provider) -> None:
    for next_url, path in (("/moderation/log", "/moderation/log"), ("https://evil.example/", "/moderation/")):
        visitor = Visitor(app)
        query = to_provider(visitor, f"/moderation/login/oidc?next={next_url}")
        assert come_back(visitor, provider.authorize(query)) == 303
        assert visitor.page.request.path == path


@pytest.mark.only_on("sqlite", reason="the token is refused before any account is looked for")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT_ID, "somebody else"]},
        {"aud": [CLIENT_ID, "somebody else"], "azp": "somebody else"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
    ],
)
def test_a_token_that_is_not_for_this_attempt_is_refused(
    stranger: Visitor, provider: Provider, changes: dict[str, Any]
) -> None:
    provider.token_changes = changes
    assert sign_in(stranger, provider) == 401
    assert "Signing in through the provider did not work." in stranger.text
    assert accounts.listing() == []


def test_a_token_signed_by_somebody_else_is_refused(stranger: Visitor, provider: Provider) -> None:
    query = to_provider(stranger)
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(stranger, provider.authorize(query)) == 401


@pytest.mark.only_on("sqlite", reason="the token is refused before any account is looked for")
@pytest.mark.parametrize("header", ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9"])
def test_a_token_without_a_signature_of_a_key_pair_is_refused(
    stranger: Visitor, provider: Provider, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    real = provider.id_token
    monkeypatch.setattr(provider, "id_token", lambda nonce: f"{header}.{real(nonce).split('.')[1]}.")
    assert sign_in(stranger, provider) == 401


@pytest.mark.only_on("sqlite", reason="the answer is refused before any account is looked for")
@pytest.mark.parametrize("changes", [{"state": "another"}, {"iss": "https://evil.example"}, {"error": "access_denied"}])
def test_an_answer_that_is_not_to_this_attempt_is_refused(
    stranger: Visitor, provider: Provider, changes: dict[str, str]
) -> None:
    provider.answer_changes = changes
    assert sign_in(stranger, provider) == 401
    assert "/token" not in provider.asked


@pytest.mark.parametrize(("is_announced", "status"), [(False, 303), (True, 401)])
def test_an_answer_may_lack_its_issuer_unless_the_provider_announces_it(
    stranger: Visitor, provider: Provider, is_announced: bool, status: int
) -> None:
    provider.metadata_changes = {"authorization_response_iss_parameter_supported": is_announced}
    provider.answer_changes = {"iss": ""}
    assert sign_in(stranger, provider) == status


def test_an_answer_is_valid_once_and_in_the_same_browser_only(app: Flask, provider: Provider) -> None:
    visitor, thief = Visitor(app), Visitor(app)
    address = provider.authorize(to_provider(visitor))
    assert come_back(thief, address) == 401
    assert come_back(visitor, address) == 303
    assert come_back(visitor, address) == 401


def test_a_code_needs_the_verifier_of_its_attempt(stranger: Visitor, provider: Provider) -> None:
    address = provider.authorize(to_provider(stranger))
    with stranger.session() as session:
        session["oidc"] = session["oidc"] | {"verifier": "another"}
    assert come_back(stranger, address) == 401


def test_new_keys_are_read_when_the_provider_signs_with_one(
    app: Flask, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in(Visitor(app), provider) == 303
    assert provider.asked.count("/keys") == 1
    assert sign_in(Visitor(app), provider) == 303
    assert provider.asked.count("/keys") == 1
    provider.rotate()
    assert sign_in(Visitor(app), provider) == 401
    monkeypatch.setattr(oidc_provider, "REFRESH_SECONDS", 0)
    assert sign_in(Visitor(app), provider) == 303
    assert provider.asked.count("/keys") == 2


def test_a_claim_missing_in_the_token_is_read_from_userinfo(stranger: Visitor, provider: Provider) -> None:
    provider.token_changes = {"roles": None}
    assert sign_in(stranger, provider) == 303
    assert provider.asked[-1] == "/userinfo"


def test_userinfo_about_somebody_else_is_refused(stranger: Visitor, provider: Provider) -> None:
    provider.token_changes = {"roles": None}
    provider.userinfo = {"sub": "another"}
    assert sign_in(stranger, provider) == 401


def test_a_provider_with_another_issuer_is_refused_and_logged(
    stranger: Visitor, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.metadata_changes = {"issuer": "https://other.example"}
    assert stranger.ask("/moderation/login/oidc").status_code == 502
    assert "BLOG_OIDC_ISSUER must be the provider's own issuer: https://other.example" in caplog.text


def test_a_provider_that_cannot_be_reached_is_logged_with_its_own_settings(
    stranger: Visitor, provider: Provider, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_client: Client, url: str, **_: object) -> NoReturn:
        raise Unreachable(url, "cannot be reached")

    monkeypatch.setattr(Client, "get", refuse)
    assert stranger.ask("/moderation/login/oidc").status_code == 502
    assert "openid-configuration cannot be reached. Check that the provider runs" in caplog.text
    assert "BLOG_SOURCE" not in caplog.text


def test_a_failed_sign_in_is_tried_again_with_the_same_target(app: Flask, provider: Provider) -> None:
    visitor = Visitor(app)
    provider.answer_changes = {"error": "temporarily_unavailable"}
    query = to_provider(visitor, "/moderation/login/oidc?next=/moderation/log")
    assert come_back(visitor, provider.authorize(query)) == 401
    assert 'href="/moderation/login/oidc?next=/moderation/log"' in visitor.text


def test_a_provider_that_has_just_failed_is_left_alone_for_some_seconds(
    stranger: Visitor, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.metadata_changes = {"issuer": "https://other.example"}
    for _ in range(3):
        assert stranger.ask("/moderation/login/oidc").status_code == 502
    assert len(provider.asked) == 1
    monkeypatch.setattr(oidc_provider, "RETRY_SECONDS", 0)
    provider.metadata_changes = {}
    assert sign_in(stranger, provider) == 303


@pytest.mark.only_on("sqlite", reason="no account is looked for")
@pytest.mark.parametrize("lacking", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_that_does_not_say_enough_is_refused(stranger: Visitor, provider: Provider, lacking: str) -> None:
    real = provider.metadata()
    provider.metadata = lambda: {name: value for name, value in real.items() if name != lacking}  # type: ignore[method-assign]
    assert stranger.ask("/moderation/login/oidc").status_code == 502


class TestMappedRoles:
    """Roles inside a nested claim, with the provider's own names."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, oidc_role_claim="realm_access.groups", oidc_roles={"blog-admins": "administrator"})

    def test_they_are_found(self, stranger: Visitor, provider: Provider) -> None:
        provider.claims["realm_access"] = {"groups": ["staff", "blog-admins", 5]}
        assert sign_in(stranger, provider) == 303
        assert account("Grace").role == Role.ADMINISTRATOR


class TestProviderOnly:
    """BLOG_LOCAL_LOGIN=off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, local_login=False)

    def test_there_is_no_other_way_in(self, stranger: Visitor, provider: Provider) -> None:
        accounts.add("Cleo", PASSWORD)
        stranger.visit("/moderation/login")
        assert 'name="password"' not in stranger.text
        assert stranger.ask("/moderation/invitations/x").status_code == 404
        assert sign_in(stranger, provider) == 303
        token = stranger.csrf_token
        for path in ("/moderation/login", "/moderation/login/passkey", "/moderation/login/passkey-options"):
            fields = {"csrf_token": token, "name": "Cleo", "password": PASSWORD}
            assert stranger.ask(path, "POST", data=fields).status_code == 404

    @pytest.mark.usefixtures("app")
    def test_no_first_moderator_is_made(self) -> None:
        assert accounts.ensure_first() is None
