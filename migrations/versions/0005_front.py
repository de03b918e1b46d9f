"""CDN: how far purges were sent to a cache in front of the blog

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "front_position",
        sa.Column("front", sa.String(300), nullable=False),
        sa.Column("purge_id", sa.Integer, nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_with", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("front", name="pk_front_position"),
    )


def downgrade() -> None:
    op.drop_table("front_position")
