"""First tables: articles, comments, moderators and their decisions

Revision: 0001, the first
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOT_WITHDRAWN = sa.text("withdrawn_at IS NULL")

SQLITE_APPEND_ONLY = """
CREATE TRIGGER decision_no_{verb} BEFORE {verb} ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END
"""
POSTGRESQL_APPEND_ONLY = """
CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'decisions are append-only'; END $$;
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
FOR EACH STATEMENT EXECUTE FUNCTION decision_append_only();
"""


def upgrade() -> None:
    create_content()
    create_comments()
    create_moderation()


def create_content() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("source_id", sa.String(500), nullable=False),
        sa.Column("revision", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("body_html", sa.Text, nullable=False),
        sa.Column("excerpt", sa.Text, nullable=False),
        sa.Column("image", sa.String(500)),
        sa.Column("image_alt", sa.String(500), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME),
        sa.Column("comment_policy", sa.String(20)),
        sa.Column("canonical_url", sa.String(500)),
        sa.Column("seo_title", sa.String(300), nullable=False),
        sa.Column("seo_description", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
    )
    partial: dict[str, Any] = {"sqlite_where": NOT_WITHDRAWN, "postgresql_where": NOT_WITHDRAWN}
    op.create_index("uq_article_source_source_id", "article", ["source", "source_id"], unique=True)
    op.create_index("uq_article_live_slug", "article", ["slug"], unique=True, **partial)
    op.create_index("ix_article_slug", "article", ["slug"])
    op.create_index("ix_article_newest", "article", ["published_at", "id"], **partial)
    for name in ("tag", "author"):
        op.create_table(
            name,
            sa.Column("id", sa.Integer, nullable=False),
            sa.Column("slug", sa.String(200), nullable=False),
            sa.Column("name", sa.String(200), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            sa.UniqueConstraint("slug", name=f"uq_{name}_slug"),
        )
    op.create_table(
        "article_tag",
        *_article_link("article_tag", "tag"),
        sa.Column("published_at", TIME, nullable=False),
    )
    op.create_index("ix_article_tag_newest", "article_tag", ["tag_id", "published_at", "article_id"])
    op.create_table("article_author", *_article_link("article_author", "author"))
    op.create_index("ix_article_author_author_id", "article_author", ["author_id"])
    op.create_table(
        "redirect",
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_redirect"),
        _cascade("redirect", "article"),
    )
    op.create_index("ix_redirect_article_id", "redirect", ["article_id"])


def create_comments() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("website", sa.String(300), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("body_html", sa.Text, nullable=False),
        sa.Column("cleaner_version", sa.Integer, nullable=False),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("held_reason", sa.String(300), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("receipt_token", sa.String(43), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_comment_article_id_article"),
        sa.CheckConstraint("status IN ('pending', 'approved', 'rejected', 'spam')", name="ck_comment_status"),
        sa.UniqueConstraint("article_id", "fingerprint", name="uq_comment_article_id_fingerprint"),
        sa.UniqueConstraint("receipt_token", name="uq_comment_receipt_token"),
    )
    op.create_index("ix_comment_article", "comment", ["article_id", "status", "submitted_at", "id"])
    op.create_index("ix_comment_queue", "comment", ["status", "submitted_at", "id"])


def create_moderation() -> None:
    op.create_table(
        "moderator",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("name_key", sa.String(160), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME),
        sa.Column("session_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moderator"),
        sa.UniqueConstraint("name_key", name="uq_moderator_name_key"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("comment_id", sa.Integer, nullable=False),
        sa.Column("moderator_id", sa.Integer, nullable=False),
        sa.Column("from_status", sa.String(20), nullable=False),
        sa.Column("to_status", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.Column("undoes_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_decision_comment_id_comment"),
        sa.ForeignKeyConstraint(["moderator_id"], ["moderator.id"], name="fk_decision_moderator_id_moderator"),
        sa.ForeignKeyConstraint(["undoes_id"], ["decision.id"], name="fk_decision_undoes_id_decision"),
    )
    op.create_index("ix_decision_comment", "decision", ["comment_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_APPEND_ONLY)
    else:
        for verb in ("update", "delete"):
            op.execute(SQLITE_APPEND_ONLY.format(verb=verb))


def _article_link(table: str, other: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The columns that connect a row of ``table``, an article, with one of ``other``."""
    return (
        sa.Column("article_id", sa.Integer, nullable=False),
        sa.Column(f"{other}_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("article_id", f"{other}_id", name=f"pk_{table}"),
        _cascade(table, "article"),
        _cascade(table, other),
    )


def _cascade(table: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key of ``table`` that deletes its rows together with rows of ``other``."""
    name = f"fk_{table}_{other}_id_{other}"
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("decision", "moderator", "comment", "redirect", "article_author", "article_tag"):
        op.drop_table(table)
    for table in ("author", "tag", "article"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decision_append_only()")
