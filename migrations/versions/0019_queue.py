"""The queue: claims of comments, and reasons to choose from

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue_claim",
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("session_id", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name="pk_queue_claim"),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_queue_claim_comment_id_comment", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["moderator_session.id"],
            name="fk_queue_claim_session_id_moderator_session",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_queue_claim_session_id", "queue_claim", ["session_id"])
    op.create_index("ix_queue_claim_expires_at", "queue_claim", ["expires_at"])
    op.create_table(
        "canned_reason",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_reason"),
    )


def downgrade() -> None:
    op.drop_table("canned_reason")
    op.drop_table("queue_claim")
