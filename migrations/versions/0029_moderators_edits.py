"""Comments: texts that moderators edited

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = ("comment", "comment_revision")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("edited_by_moderator", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "edited_by_moderator")
