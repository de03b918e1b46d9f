"""Requests to Akismet that wait to be sent

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "akismet_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_akismet_request"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_akismet_request_comment_id_comment"),
    )
    op.create_index("ix_akismet_request_comment_id", "akismet_request", ["comment_id"])
    op.create_index("ix_akismet_request_not_before", "akismet_request", ["not_before"])


def downgrade() -> None:
    op.drop_table("akismet_request")
