"""Comments: threads, revisions, withdrawal and erasure; receipts' tokens are stored as hashes

Revision: 0008, after 0007
"""

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
BATCH = 1_000
FIRST_NAME = "ck_comment_ck_comment_status"
"""The naming convention was applied to a name that had its prefix already."""
STATUSES = ("pending", "approved", "rejected", "spam")
PUBLIC = "status = 'approved' OR (status = 'pending' AND approved_revision IS NOT NULL)"
IN_THREAD = f"root_id IS NULL AND (reply_count > 0 OR {PUBLIC})"
IN_REPLIES = f"root_id IS NOT NULL AND (reply_count > 0 OR {PUBLIC})"
COUNTS = """
UPDATE article SET comment_count =
    (SELECT count(*) FROM comment WHERE comment.article_id = article.id AND comment.status = 'approved')
"""


def upgrade() -> None:
    with op.batch_alter_table("article") as article:
        article.add_column(sa.Column("comment_count", sa.Integer, nullable=False, server_default="0"))
    op.execute(COUNTS)
    add_columns()
    rewrite("receipt_token", "receipt_token_hash", lambda token: sha256(token.encode()).hexdigest())
    with op.batch_alter_table("comment") as comment:
        comment.alter_column("receipt_token_hash", existing_type=sa.String(64), nullable=False)
        comment.drop_constraint("uq_comment_receipt_token", type_="unique")
        comment.drop_column("receipt_token")
        comment.create_unique_constraint("uq_comment_receipt_token_hash", ["receipt_token_hash"])
        comment.drop_constraint(op.f(FIRST_NAME), type_="check")
        comment.create_check_constraint(op.f("ck_comment_status"), one_of(*STATUSES, "withdrawn", "erased"))
        comment.create_check_constraint(op.f("ck_comment_author_role"), "author_role IN ('', 'author', 'moderator')")
        for column, other in (("parent_id", "comment"), ("root_id", "comment"), ("moderator_id", "moderator")):
            comment.create_foreign_key(f"fk_comment_{column}_{other}", other, [column], ["id"])
        comment.drop_index("ix_comment_article")
    create_index("ix_comment_public", ["article_id", "submitted_at", "id"], PUBLIC)
    create_index("ix_comment_thread", ["article_id", "submitted_at", "id"], IN_THREAD)
    create_index("ix_comment_replies", ["root_id", "path"], IN_REPLIES)
    create_index("ix_comment_parent", ["parent_id"], "parent_id IS NOT NULL")
    create_revisions()


def add_columns() -> None:
    with op.batch_alter_table("comment") as comment:
        for name in ("parent_id", "root_id", "moderator_id", "approved_revision"):
            comment.add_column(sa.Column(name, sa.Integer))
        for name in ("depth", "reply_count"):
            comment.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        comment.add_column(sa.Column("path", sa.String(40), nullable=False, server_default=""))
        comment.add_column(sa.Column("author_role", sa.String(20), nullable=False, server_default=""))
        comment.add_column(sa.Column("withdrawn_from", sa.String(20)))
        for name in ("withdrawn_at", "edited_at"):
            comment.add_column(sa.Column(name, TIME))
        comment.add_column(sa.Column("receipt_token_hash", sa.String(64)))


def create_revisions() -> None:
    op.create_table(
        "comment_revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("body_html", sa.Text, nullable=False),
        sa.Column("cleaner_version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment_revision"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_comment_revision_comment_id_comment"),
        sa.UniqueConstraint("comment_id", "revision", name="uq_comment_revision_comment_id_revision"),
    )


def rewrite(old: str, new: str, change: Any) -> None:  # noqa: ANN401 - a function of one text
    """Fill the column ``new`` with changed values of ``old``, in batches."""
    connection = op.get_bind()
    comment = sa.table("comment", sa.column("id", sa.Integer), sa.column(old, sa.Text), sa.column(new, sa.Text))
    last = 0
    fill = comment.update().where(comment.c.id == sa.bindparam("row_id")).values({new: sa.bindparam("value")})
    following = sa.select(comment.c.id, comment.c[old]).order_by(comment.c.id).limit(BATCH)
    while rows := connection.execute(following.where(comment.c.id > last)).all():
        connection.execute(fill, [{"row_id": row_id, "value": change(value)} for row_id, value in rows])
        last = rows[-1][0]


def create_index(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "comment", columns, sqlite_where=condition, postgresql_where=condition)


def one_of(*statuses: str) -> str:
    return f"status IN ({', '.join(repr(status) for status in statuses)})"


def downgrade() -> None:
    """Return to a flat list. Links to receipts stop working, because a token cannot be computed from its hash."""
    op.drop_table("comment_revision")
    op.execute("UPDATE comment SET status = 'rejected' WHERE status IN ('withdrawn', 'erased')")
    for name in ("public", "thread", "replies", "parent"):
        op.drop_index(f"ix_comment_{name}", "comment")
    with op.batch_alter_table("comment") as comment:
        comment.add_column(sa.Column("receipt_token", sa.String(43)))
    rewrite("receipt_token_hash", "receipt_token", lambda hash_: hash_[:43])
    with op.batch_alter_table("comment") as comment:
        comment.alter_column("receipt_token", existing_type=sa.String(43), nullable=False)
        comment.create_unique_constraint("uq_comment_receipt_token", ["receipt_token"])
        comment.drop_constraint("uq_comment_receipt_token_hash", type_="unique")
        for column, other in (("parent_id", "comment"), ("root_id", "comment"), ("moderator_id", "moderator")):
            comment.drop_constraint(f"fk_comment_{column}_{other}", type_="foreignkey")
        comment.drop_constraint(op.f("ck_comment_status"), type_="check")
        comment.drop_constraint(op.f("ck_comment_author_role"), type_="check")
        comment.create_check_constraint(op.f(FIRST_NAME), one_of(*STATUSES))
        for name in (
            "receipt_token_hash edited_at withdrawn_at withdrawn_from author_role path reply_count depth "
            "approved_revision moderator_id root_id parent_id"
        ).split():
            comment.drop_column(name)
        comment.create_index("ix_comment_article", ["article_id", "status", "submitted_at", "id"])
    with op.batch_alter_table("article") as article:
        article.drop_column("comment_count")
