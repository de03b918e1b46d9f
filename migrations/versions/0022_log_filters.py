"""The log: indexes for moderators and statuses

Revision: 0022, after 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The log's table is not created again, so its triggers stay.
    op.create_index("ix_decision_moderator", "decision", ["moderator_id", "id"])
    op.create_index("ix_decision_to", "decision", ["to_status", "id"])


def downgrade() -> None:
    op.drop_index("ix_decision_to", "decision")
    op.drop_index("ix_decision_moderator", "decision")
