"""Creating passkeys and signing in with them (WebAuthn Level 3).

Credentials are discoverable, so that signing in needs no name and reveals none. A challenge is kept in the browser's
signed session for five minutes. An answer is valid once: an answer to a challenge from before the passkey's last use is
refused.

Views import this module at its first use, because the package webauthn takes 6 % of the start of every command.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from flask import session
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from blog.config import settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log, recovery_codes
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator, Passkey
from blog.moderation.passkeys import PasskeyRefused, origin, relying_party

CHALLENGE = "passkey_challenge"
VALID_FOR = timedelta(minutes=5)
MAX_CREDENTIAL = 20_000
"""The most characters of an answer; a real one has fewer than 2 000."""


def creation_options(moderator: Moderator) -> str:
    """The options with which a browser creates a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=relying_party(),
        rp_name=settings.title,
        user_id=_handle(moderator),
        user_name=moderator.name,
        challenge=_new_challenge("create"),
        # An authenticator that has one of these refuses to create a second one.
        exclude_credentials=[PublicKeyCredentialDescriptor(passkey.credential_id) for passkey in moderator.passkeys],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def create(moderator: Moderator, credential: str, name: str) -> list[str]:
    """Store the passkey that a browser has created.

    :returns: recovery codes to show, empty if the account has some left.
    :raises PasskeyRefused: the answer does not belong to the last challenge, or the passkey is known already.
    """
    challenge, _ = _take_challenge("create")
    with _refused(credential):
        answer = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    passkey = Passkey(
        moderator_id=moderator.id,
        credential_id=answer.credential_id,
        public_key=answer.credential_public_key,
        sign_count=answer.sign_count,
        name=name,
        created_at=utc_now(),
    )
    try:
        with write_transaction(db.session()) as transaction:
            transaction.add(passkey)
            account_log.record(transaction, AccountAction.PASSKEY_ADDED, moderator.id, moderator, name)
            return recovery_codes.make_if_none(transaction, moderator)
    except IntegrityError as error:
        raise PasskeyRefused from error


def sign_in_options() -> str:
    """The options with which a browser signs in with a passkey, as JSON."""
    options = generate_authentication_options(
        rp_id=relying_party(),
        challenge=_new_challenge("get"),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def verify(credential: str) -> Moderator:
    """The account of the passkey that signed ``credential``.

    :raises PasskeyRefused: the passkey is unknown, or the answer is not for the last challenge or was used before.
    """
    challenge, issued_at = _take_challenge("get")
    passkey, owner = _known(credential)
    with _refused(credential):
        answer = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            # A passkey counts as both factors, so to have the device is not enough.
            require_user_verification=True,
        )
    # The challenge is in a cookie, so a copy of the cookie still has it after its use. The time of the last use refuses
    # the second answer. One statement, so that only one of two answers at the same moment is accepted.
    fresh = (Passkey.id == passkey.id, or_(Passkey.used_at.is_(None), Passkey.used_at < issued_at))
    used = {"used_at": utc_now(), "sign_count": answer.new_sign_count}
    with write_transaction(db.session()) as transaction:
        if transaction.scalar(update(Passkey).where(*fresh).values(used).returning(Passkey.id)) is None:
            raise PasskeyRefused
    return owner


def _known(credential: str) -> tuple[Passkey, Moderator]:
    """The passkey of ``credential``, and its owner."""
    with _refused(credential):
        answer = json.loads(credential)
        credential_id = base64url_to_bytes(answer["id"])
        handle = base64url_to_bytes(answer["response"]["userHandle"])
    passkey = db.session.scalar(
        select(Passkey).where(Passkey.credential_id == credential_id).execution_options(populate_existing=True)
    )
    owner = db.session.get(Moderator, passkey.moderator_id) if passkey is not None else None
    # The answer must name the owner of the credential (WebAuthn Level 3, 7.2).
    if passkey is None or owner is None or not owner.is_active or owner.passkey_handle != handle:
        raise PasskeyRefused
    return passkey, owner


@contextmanager
def _refused(credential: str) -> Iterator[None]:
    """Raise :class:`PasskeyRefused` for every error in an answer."""
    if len(credential) > MAX_CREDENTIAL:
        raise PasskeyRefused
    try:
        yield
    # json.loads() raises a RecursionError for thousands of nested brackets.
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PasskeyRefused from error


def _handle(moderator: Moderator) -> bytes:
    if moderator.passkey_handle is None:
        # Two tabs at the same moment must get one handle, because _known() accepts only one for each account.
        unset = (Moderator.id == moderator.id, Moderator.passkey_handle.is_(None))
        with write_transaction(db.session()) as transaction:
            transaction.execute(update(Moderator).where(*unset).values(passkey_handle=token_bytes(32)))
        db.session.refresh(moderator)
    return moderator.passkey_handle or b""


def _new_challenge(purpose: str) -> bytes:
    challenge = token_bytes(32)
    session[CHALLENGE] = [purpose, challenge, utc_now().timestamp()]
    return challenge


def _take_challenge(purpose: str) -> tuple[bytes, datetime]:
    wanted, challenge, issued = session.pop(CHALLENGE, ["", b"", 0])
    issued_at = datetime.fromtimestamp(issued, UTC)
    if wanted != purpose or utc_now() - issued_at > VALID_FOR:
        raise PasskeyRefused
    return challenge, issued_at
