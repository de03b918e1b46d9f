"""Accounts: roles, invitations, second factors, limits of sign-in attempts, and a log of changes

Everybody who has an account becomes an administrator, so that nobody loses a right.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

SQLITE_APPEND_ONLY = """
CREATE TRIGGER account_event_no_{verb} BEFORE {verb} ON account_event
BEGIN SELECT RAISE(ABORT, 'account events are append-only'); END
"""
POSTGRESQL_APPEND_ONLY = """
CREATE FUNCTION account_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'account events are append-only'; END $$;
CREATE TRIGGER account_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_event
FOR EACH STATEMENT EXECUTE FUNCTION account_event_append_only();
"""

MODERATOR_COLUMNS = ("role", "totp_secret", "totp_step", "passkey_handle", "oidc_issuer", "oidc_subject")


def upgrade() -> None:
    op.add_column("moderator", sa.Column("role", sa.String(20), nullable=False, server_default="viewer"))
    op.execute("UPDATE moderator SET role = 'administrator'")
    op.add_column("moderator", sa.Column("totp_secret", sa.String(300)))
    op.add_column("moderator", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("moderator", sa.Column("passkey_handle", sa.LargeBinary(64)))
    op.add_column("moderator", sa.Column("oidc_issuer", sa.String(300)))
    op.add_column("moderator", sa.Column("oidc_subject", sa.String(255)))
    op.create_index("uq_moderator_oidc", "moderator", ["oidc_issuer", "oidc_subject"], unique=True)
    method = sa.Column("method", sa.String(20), nullable=False, server_default="password")
    op.add_column("moderator_session", method)
    waits = sa.Column("awaits_second_factor", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("moderator_session", waits)
    create_second_factors()
    create_invitations()
    create_attempts()
    create_events()


def create_second_factors() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("moderator_id", sa.Integer, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        _to_moderator("passkey", "moderator_id"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_moderator_id", "passkey", ["moderator_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("moderator_id", sa.Integer, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        _to_moderator("recovery_code", "moderator_id"),
    )
    op.create_index("ix_recovery_code_moderator_id", "recovery_code", ["moderator_id"])


def create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_by_id", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        _to_moderator("invitation", "created_by_id"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )


def create_attempts() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_ends_at", "sign_in_attempt", ["ends_at"])


def create_events() -> None:
    op.create_table(
        "account_event",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("moderator_id", sa.Integer),
        sa.Column("actor_id", sa.Integer),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_event"),
        _to_moderator("account_event", "moderator_id"),
        _to_moderator("account_event", "actor_id"),
    )
    op.create_index("ix_account_event_moderator_id", "account_event", ["moderator_id"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(verb=verb))
    else:
        op.execute(POSTGRESQL_APPEND_ONLY)


def _to_moderator(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["moderator.id"], name=f"fk_{table}_{column}_moderator")


def downgrade() -> None:
    for table in ("account_event", "sign_in_attempt", "invitation", "recovery_code", "passkey"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION account_event_append_only()")
    # The earlier schema has no accounts without a password and no sessions that await the second step.
    op.execute("DELETE FROM moderator_session")
    op.drop_column("moderator_session", "awaits_second_factor")
    op.drop_column("moderator_session", "method")
    op.drop_index("uq_moderator_oidc", "moderator")
    for column in MODERATOR_COLUMNS:
        op.drop_column("moderator", column)
