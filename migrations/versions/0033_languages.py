"""Comments: the languages that the sender's browser asked for

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comment", sa.Column("accept_language", sa.String(100), nullable=False, server_default=""))
    op.drop_index("ix_comment_user_agent", "comment")
    _index("ix_comment_browser", "user_agent <> '' OR accept_language <> ''")


def downgrade() -> None:
    op.drop_index("ix_comment_browser", "comment")
    _index("ix_comment_user_agent", "user_agent <> ''")
    op.drop_column("comment", "accept_language")


def _index(name: str, where: str) -> None:
    words = sa.text(where)
    op.create_index(name, "comment", ["submitted_at"], sqlite_where=words, postgresql_where=words)
