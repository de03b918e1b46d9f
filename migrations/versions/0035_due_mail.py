"""Mail: the index of due mails holds those that are not done

SQLite never used the former one: for a condition on the state it takes the index of states.

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NOT_DONE = "done_at IS NULL"
OPEN = "state IN ('waiting', 'sending')"


def upgrade() -> None:
    _replace(NOT_DONE)


def downgrade() -> None:
    _replace(OPEN)


def _replace(condition: str) -> None:
    words = sa.text(condition)
    op.drop_index("ix_outbox_mail_due", "outbox_mail")
    op.create_index("ix_outbox_mail_due", "outbox_mail", ["due_at"], sqlite_where=words, postgresql_where=words)
