"""Sources: drafts, the state of a source, and webhooks of a CMS

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("source_id", sa.String(500), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("uq_draft_source_source_id", "draft", ["source", "source_id"], unique=True)
    op.create_index("ix_draft_newest", "draft", ["updated_at", "id"])
    op.create_table(
        "source_state",
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("cursor", sa.String(300)),
        sa.Column("listed_at", TIME),
        sa.Column("asked_at", TIME),
        sa.Column("failure", sa.Text),
        sa.PrimaryKeyConstraint("source", name="pk_source_state"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source_id", sa.String(500)),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
    )
    op.create_index("ix_delivery_done_at", "delivery", ["done_at"])


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("source_state")
    op.drop_table("draft")
