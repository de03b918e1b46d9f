"""Comments: reasons for authors, and the revision that an undo shows again

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WITHDRAWN = sa.text("status = 'withdrawn'")
DECIDED = "UPDATE comment SET decided_at = (SELECT max(decided_at) FROM decision WHERE comment_id = comment.id)"


def upgrade() -> None:
    op.add_column("comment", sa.Column("decided_at", sa.DateTime(timezone=True)))
    op.add_column("comment", sa.Column("author_reason", sa.String(500), nullable=False, server_default=""))
    op.execute(DECIDED)
    op.create_index(
        "ix_comment_withdrawn", "comment", ["withdrawn_at"], sqlite_where=WITHDRAWN, postgresql_where=WITHDRAWN
    )
    # The log's table is not created again, so its triggers stay.
    op.add_column("decision", sa.Column("approved_revision", sa.Integer))
    op.add_column("decision", sa.Column("is_for_author", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("decision", "is_for_author")
    op.drop_column("decision", "approved_revision")
    op.drop_index("ix_comment_withdrawn", "comment")
    op.drop_column("comment", "author_reason")
    op.drop_column("comment", "decided_at")
