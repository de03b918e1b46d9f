"""What administrators do with accounts, and the log of it."""

import pytest
from flask import Flask

from blog.extensions import db
from blog.moderation import account_log, accounts, invitations
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor
from tests.support.queries import statements
from tests.support.rows import account, account_actions


@pytest.fixture
def ada(app: Flask) -> Moderator:
    return accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)


@pytest.fixture
def administrator(app: Flask, ada: Moderator) -> Visitor:
    visitor = Visitor(app)
    visitor.start_session(ada)
    visitor.visit("/moderation/accounts")
    return visitor


def send(visitor: Visitor, path: str, **fields: str) -> int:
    token = visitor.csrf_token
    answer = visitor.ask(path, "POST", data=fields | {"csrf_token": token})
    visitor._show(answer)
    return answer.status_code


def test_an_invitation_is_made_shown_once_and_revoked(administrator: Visitor) -> None:
    assert administrator.press("Make a link", role="viewer").status_code == 201
    assert [invitation.role for invitation in invitations.listing()] == [Role.VIEWER]
    assert "http://localhost/moderation/invitations/" in administrator.text
    administrator.visit("/moderation/accounts")
    assert "http://localhost/moderation/invitations/" not in administrator.text
    administrator.press("Revoke")
    assert "The invitation is revoked." in administrator.text
    assert account_actions()[:2] == ["invitation_revoked", "invited"]
    assert invitations.listing() == []


def test_a_role_is_changed(administrator: Visitor, cleo: Moderator) -> None:
    assert send(administrator, f"/moderation/accounts/{cleo.id}/role", role="administrator") == 303
    assert "Cleo: the role is now Administrator." in administrator.text
    assert account("Cleo").is_administrator
    assert account_actions()[0] == "role_changed"
    assert account_log.event_page().events[0].detail == "moderator → administrator"


def test_a_role_that_does_not_exist_changes_nothing(administrator: Visitor, cleo: Moderator) -> None:
    assert send(administrator, f"/moderation/accounts/{cleo.id}/role", role="owner") == 422
    assert account("Cleo").role == Role.MODERATOR


def test_an_account_is_disabled_at_once_and_let_in_again(administrator: Visitor, visitor: Visitor) -> None:
    path = f"/moderation/accounts/{accounts.named('Cleo').id}/status"
    assert send(administrator, path, status="disabled") == 303
    assert "Cleo can no longer sign in." in administrator.text
    assert visitor.ask("/moderation/").status_code == 302
    assert send(administrator, path, status="active") == 303
    assert account("Cleo").is_active
    assert account_actions()[:2] == ["enabled", "disabled"]


def test_nobody_is_offered_to_disable_the_own_account(administrator: Visitor, ada: Moderator) -> None:
    eve = accounts.add("Eve", PASSWORD, Role.ADMINISTRATOR)
    page = administrator.visit("/moderation/accounts").text
    assert f'action="/moderation/accounts/{eve.id}/status"' in page
    assert f'action="/moderation/accounts/{ada.id}/status"' not in page


def test_the_sessions_of_an_account_are_ended(administrator: Visitor, visitor: Visitor) -> None:
    assert send(administrator, f"/moderation/accounts/{accounts.named('Cleo').id}/ended-sessions") == 303
    assert visitor.ask("/moderation/").status_code == 302
    assert account_actions()[0] == "sessions_ended"


@pytest.mark.parametrize(("what", "fields"), [("role", {"role": "viewer"}), ("status", {"status": "disabled"})])
def test_the_last_administrator_stays(
    administrator: Visitor, ada: Moderator, what: str, fields: dict[str, str]
) -> None:
    assert send(administrator, f"/moderation/accounts/{ada.id}/{what}", **fields) == 409
    assert "This is the last administrator." in administrator.text
    assert account("Ada").is_administrator
    assert account("Ada").is_active
    assert account_actions() == ["added"]


def test_an_administrator_may_step_down_when_there_is_another(app: Flask, administrator: Visitor) -> None:
    accounts.add("Eve", PASSWORD, Role.ADMINISTRATOR)
    assert send(administrator, f"/moderation/accounts/{accounts.named('Ada').id}/role", role="viewer") == 303
    assert administrator.page.request.path == "/moderation/"


def test_the_log_says_who_did_what(administrator: Visitor, cleo: Moderator) -> None:
    send(administrator, f"/moderation/accounts/{cleo.id}/role", role="viewer")
    administrator.visit("/moderation/accounts/log")
    assert "Ada changed the role of Cleo." in administrator.text
    assert "Moderator → Viewer" in administrator.text
    assert "The command line added the account Cleo." in administrator.text


def test_the_log_has_pages(administrator: Visitor, cleo: Moderator) -> None:
    for number in range(account_log.PAGE_SIZE):
        accounts.change_role(cleo, Role.VIEWER if number % 2 else Role.ADMINISTRATOR, by=None)
        db.session.refresh(cleo)
    administrator.visit("/moderation/accounts/log")
    assert administrator.text.count('class="log__entry"') == account_log.PAGE_SIZE
    last = account_log.event_page().before
    administrator.visit(f"/moderation/accounts/log?before={last}")
    assert administrator.text.count('class="log__entry"') == 2


def test_the_page_asks_as_much_for_many_accounts_as_for_few(administrator: Visitor) -> None:
    def asked() -> int:
        with statements(db.engine) as sent:
            administrator.visit("/moderation/accounts")
        return len(sent)

    few = asked()
    for number in range(10):
        accounts.add(f"Guest {number}", PASSWORD)
    assert asked() == few <= 6


def test_nothing_happens_when_nothing_changes(administrator: Visitor, cleo: Moderator) -> None:
    before = account_actions()
    send(administrator, f"/moderation/accounts/{cleo.id}/role", role="moderator")
    send(administrator, f"/moderation/accounts/{cleo.id}/status", status="active")
    assert account_actions() == before
