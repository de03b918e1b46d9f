"""Mail: an outbox, blocked addresses, and comments whose authors want mail

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    op.add_column("comment", sa.Column("mail_wanted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("comment", sa.Column("email_confirmed_at", TIME))
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("comment_id", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_mail"),
        sa.UniqueConstraint("key", name="uq_outbox_mail_key"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_outbox_mail_comment_id_comment"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'dropped', 'failed')", name=op.f("ck_outbox_mail_state")
        ),
    )
    op.create_index("ix_outbox_mail_due", "outbox_mail", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_outbox_mail_state", "outbox_mail", ["state", "done_at"])
    op.create_index("ix_outbox_mail_comment_id", "outbox_mail", ["comment_id"])
    op.create_table(
        "mail_block",
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("blocked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_mail_block"),
    )


def downgrade() -> None:
    op.drop_table("mail_block")
    op.drop_table("outbox_mail")
    op.drop_column("comment", "email_confirmed_at")
    op.drop_column("comment", "mail_wanted")
