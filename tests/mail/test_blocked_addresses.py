"""Addresses that want no mail."""

from threading import Event, Thread

from flask import Flask

from blog.database import write_transaction
from blog.extensions import db
from blog.mail.blocked_addresses import block, is_blocked, unblock


def test_an_address_is_blocked_whatever_its_case(app: Flask) -> None:
    with write_transaction(db.session()) as session:
        block(session, "Bea@example.org")
        block(session, "bea@example.org")
    assert is_blocked(db.session(), "bea@EXAMPLE.org")
    assert not is_blocked(db.session(), "cleo@example.org")
    with write_transaction(db.session()) as session:
        unblock(session, "bea@example.org")
    assert not is_blocked(db.session(), "Bea@example.org")


def test_two_requests_can_block_an_address_at_once(app: Flask) -> None:
    is_done = Event()
    errors: list[Exception] = []

    def block_too() -> None:
        try:
            with app.app_context(), write_transaction(db.session()) as session:
                block(session, "bea@example.org")
        except Exception as error:
            errors.append(error)
        is_done.set()

    other = Thread(target=block_too)
    with write_transaction(db.session()) as session:
        block(session, "bea@example.org")
        other.start()
        # The other request has looked for the row by then, and waits until this one is committed.
        assert not is_done.wait(0.3)
    other.join()
    assert errors == []
    assert is_blocked(db.session(), "bea@example.org")
