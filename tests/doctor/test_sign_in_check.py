"""The findings of ``blog doctor`` about signing in."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from blog.config import Settings
from blog.doctor.sign_in_check import check_moderators, check_oidc
from tests.support import oidc_provider
from tests.support.applications import opened
from tests.support.oidc_provider import CLIENT_ID, Provider
from tests.support.ports import free_port

pytestmark = pytest.mark.only_on("sqlite", reason="a provider has nothing to do with the database")


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oidc_provider.running() as provider:
        yield provider


def said(settings: Settings, issuer: str) -> str:
    """The finding about the provider ``issuer``."""
    with opened(replace(settings, oidc_issuer=issuer, oidc_client_id=CLIENT_ID)):
        (finding,) = check_oidc()
    return str(finding)


def test_without_a_provider_there_is_no_finding(app: Flask) -> None:
    assert list(check_oidc()) == []


def test_a_provider_with_all_endpoints_and_keys_is_good(settings: Settings, provider: Provider) -> None:
    assert (
        said(settings, provider.issuer) == f"good     oidc: {provider.issuer} answers, with all endpoints and its keys"
    )


def test_a_provider_without_an_endpoint_is_a_failure(settings: Settings, provider: Provider) -> None:
    real = provider.metadata()
    del real["token_endpoint"]
    provider.metadata = lambda: real  # type: ignore[method-assign]
    line = said(settings, provider.issuer)
    assert line.startswith("failed   oidc: the provider's metadata lack token_endpoint; until this works, nobody")


def test_a_provider_of_another_name_is_a_failure_that_names_it(settings: Settings, provider: Provider) -> None:
    provider.metadata_changes = {"issuer": "https://other.example"}
    assert "must be the provider's own issuer: https://other.example" in said(settings, provider.issuer)


def test_a_provider_that_cannot_be_reached_is_a_failure(settings: Settings) -> None:
    line = said(settings, f"http://127.0.0.1:{free_port()}")
    assert line.startswith("failed   oidc: ")
    assert "cannot be reached" in line
    assert "Check that the provider runs" in line


def test_people_who_get_accounts_from_a_provider_need_no_account_before(settings: Settings) -> None:
    with opened(replace(settings, oidc_issuer="https://login.example", oidc_client_id=CLIENT_ID)):
        (finding,) = check_moderators()
    assert str(finding).startswith("good     moderators: none yet")
