"""Sync: refused withdrawals and rejected documents

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("source_state", sa.Column("refusal", sa.Text))
    op.add_column("source_state", sa.Column("confirmed_at", TIME))
    op.create_table(
        "rejection",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("source_id", sa.String(500), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("rejected_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rejection"),
        sa.UniqueConstraint("source", "source_id", name="uq_rejection_source_source_id"),
    )


def downgrade() -> None:
    op.drop_table("rejection")
    op.drop_column("source_state", "confirmed_at")
    op.drop_column("source_state", "refusal")
