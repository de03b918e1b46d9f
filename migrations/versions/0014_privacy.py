"""Comments: indexes for expired data and for mail addresses

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("network", "user_agent"):
        is_kept = sa.text(f"{name} <> ''")
        op.create_index(
            f"ix_comment_{name}", "comment", ["submitted_at"], sqlite_where=is_kept, postgresql_where=is_kept
        )
    op.add_column("comment", sa.Column("email_key", sa.String(254), nullable=False, server_default=""))
    op.execute("UPDATE comment SET email_key = lower(email) WHERE email <> ''")
    has_email = sa.text("email_key <> ''")
    op.create_index(
        "ix_comment_email", "comment", ["email_key", "status"], sqlite_where=has_email, postgresql_where=has_email
    )


def downgrade() -> None:
    op.drop_index("ix_comment_email", "comment")
    op.drop_column("comment", "email_key")
    op.drop_index("ix_comment_user_agent", "comment")
    op.drop_index("ix_comment_network", "comment")
