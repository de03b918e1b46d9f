"""Sessions: a row for each browser in which a moderator is signed in

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "moderator_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("moderator_id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderator_session"),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_moderator_session_moderator_id_moderator"),
        sa.UniqueConstraint("token_hash", name="uq_moderator_session_token_hash"),
    )
    op.create_index("ix_moderator_session_moderator_id", "moderator_session", ["moderator_id"])
    op.drop_column("moderator", "session_version")


def downgrade() -> None:
    op.add_column("moderator", sa.Column("session_version", sa.Integer, nullable=False, server_default="1"))
    op.drop_table("moderator_session")
