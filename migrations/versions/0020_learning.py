"""The learned score: the counts of words in spam, and what was learned from each comment

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "token_stat",
        sa.Column("token", sa.String(120), nullable=False),
        sa.Column("spam", sa.Integer, nullable=False),
        sa.Column("ham", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_token_stat"),
    )
    op.create_table(
        "learned_comment",
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("decision_id", sa.Integer, nullable=False),
        sa.Column("is_spam", sa.Boolean),
        sa.Column("tokens", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("comment_id", name="pk_learned_comment"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_learned_comment_comment_id_comment"),
    )
    op.create_index("ix_learned_comment_decision_id", "learned_comment", ["decision_id"])


def downgrade() -> None:
    op.drop_table("learned_comment")
    op.drop_table("token_stat")
