"""Images fetched from a CMS, so that a change of text does not fetch them again

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fetched_image",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.PrimaryKeyConstraint("key", name="pk_fetched_image"),
    )
    op.create_index("ix_fetched_image_address", "fetched_image", ["address"])


def downgrade() -> None:
    op.drop_table("fetched_image")
