"""The log: replies that were published together with an approval

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The log's table is not created again, so its triggers stay.
    op.add_column("decision", sa.Column("accompanies_id", sa.Integer))
    is_set = sa.text("accompanies_id IS NOT NULL")
    op.create_index(
        "ix_decision_accompanies", "decision", ["accompanies_id"], sqlite_where=is_set, postgresql_where=is_set
    )


def downgrade() -> None:
    op.drop_index("ix_decision_accompanies", "decision")
    op.drop_column("decision", "accompanies_id")
