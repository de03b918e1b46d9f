"""Moderators' rules for future comments

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "comment_rule",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(254), nullable=False),
        sa.Column("key", sa.String(254), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("created_by_id", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ends_at", TIME),
        sa.Column("removed_at", TIME),
        sa.Column("removed_by_id", sa.Integer),
        sa.CheckConstraint("kind IN ('word', 'name', 'address', 'domain', 'network')", name="ck_comment_rule_kind"),
        sa.CheckConstraint("action IN ('block', 'hold', 'trust')", name="ck_comment_rule_action"),
        sa.PrimaryKeyConstraint("id", name="pk_comment_rule"),
        _to_moderator("created_by_id"),
        _to_moderator("removed_by_id"),
    )
    op.create_index("ix_comment_rule_key", "comment_rule", ["key"])


def _to_moderator(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["moderator.id"], name=f"fk_comment_rule_{column}_moderator")


def downgrade() -> None:
    op.drop_table("comment_rule")
