"""Signals: the checks' findings on comments, and traces that find a text again

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NEWEST = {"email_key": "ix_comment_email_newest", "network": "ix_comment_network_newest"}


def upgrade() -> None:
    for column in ("email_key", "network"):
        is_known = sa.text(f"{column} <> ''")
        columns = [column, "submitted_at", "id"]
        op.create_index(NEWEST[column], "comment", columns, sqlite_where=is_known, postgresql_where=is_known)
    op.create_table(
        "comment_signal",
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("comment_id", "name", name="pk_comment_signal"),
        _to_comment("comment_signal"),
    )
    op.create_index("ix_comment_signal_name", "comment_signal", ["name", "comment_id"])
    op.create_table(
        "comment_trace",
        sa.Column("value", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("value", "comment_id", name="pk_comment_trace"),
        _to_comment("comment_trace"),
    )
    op.create_index("ix_comment_trace_comment_id", "comment_trace", ["comment_id"])


def _to_comment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=f"fk_{table}_comment_id_comment")


def downgrade() -> None:
    op.drop_table("comment_trace")
    op.drop_table("comment_signal")
    for name in NEWEST.values():
        op.drop_index(name, "comment")
