"""Terms: tags and authors keep their source's slugs through renames, and articles have a language

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("article", sa.Column("lang", sa.String(50)))
    for table in ("tag", "author"):
        op.add_column(table, sa.Column("source_key", sa.String(500)))
        op.create_index(f"ix_{table}_source_key", table, ["source_key"])
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name="pk_former_slug"),
    )
    op.create_index("ix_former_slug_target", "former_slug", ["target"])


def downgrade() -> None:
    op.drop_table("former_slug")
    for table in ("tag", "author"):
        op.drop_index(f"ix_{table}_source_key", table)
        op.drop_column(table, "source_key")
    op.drop_column("article", "lang")
