"""Bulk decisions: many comments, one entry in the log

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_bulk_decision()
    op.create_table(
        "bulk_member",
        sa.Column("bulk_id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("bulk_id", "comment_id", name="pk_bulk_member"),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["bulk_decision.id"], name="fk_bulk_member_bulk_id_bulk_decision", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_bulk_member_comment_id_comment", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_bulk_member_outcome", "bulk_member", ["bulk_id", "outcome", "comment_id"])
    op.create_index("ix_bulk_member_comment", "bulk_member", ["comment_id"])
    # The log's table is not made anew, so its triggers stay.
    op.add_column("decision", sa.Column("bulk_id", sa.Integer))
    op.add_column("decision", sa.Column("is_member", sa.Boolean, nullable=False, server_default=sa.false()))
    is_in_bulk = sa.text("bulk_id IS NOT NULL")
    op.create_index(
        "ix_decision_bulk", "decision", ["bulk_id", "comment_id"],
        sqlite_where=is_in_bulk, postgresql_where=is_in_bulk,
    )  # fmt: skip
    op.create_index(
        "ix_decision_entry", "decision", ["id"],
        sqlite_where=sa.text("is_member = 0"), postgresql_where=sa.text("NOT is_member"),
    )  # fmt: skip


def _create_bulk_decision() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "bulk_decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("moderator_id", sa.Integer, nullable=False),
        sa.Column("from_status", sa.String(20), nullable=False),
        sa.Column("to_status", sa.String(20)),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("is_for_author", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("is_capped", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("decided", sa.Integer, nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("started_at", time),
        sa.Column("finished_at", time),
        sa.Column("undoes_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_bulk_decision"),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_bulk_decision_moderator_id_moderator"),
        sa.ForeignKeyConstraint(["undoes_id"], ["bulk_decision.id"], name="fk_bulk_decision_undoes_id_bulk_decision"),
        sa.UniqueConstraint("undoes_id", name="uq_bulk_decision_undoes_id"),
    )
    op.create_index("ix_bulk_decision_open", "bulk_decision", ["finished_at", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_decision_entry", "decision")
    op.drop_index("ix_decision_bulk", "decision")
    op.drop_column("decision", "is_member")
    op.drop_column("decision", "bulk_id")
    op.drop_table("bulk_member")
    op.drop_table("bulk_decision")
