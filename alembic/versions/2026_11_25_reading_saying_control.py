"""reading saying control."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "reading"
down_revision = "schedule"

# What can be searched, in words we split ourselves (app/domain/strand/search.py): so the store's own rules must not split again.
WORDS_SQLITE = "CREATE VIRTUAL TABLE post_search USING fts5(marks, words, tokenize = 'ascii', columnsize = 0)"
WORDS_POSTGRES = """
CREATE TABLE post_search (
    post_id integer CONSTRAINT pk_post_search PRIMARY KEY
        CONSTRAINT fk_post_search_post_id_post REFERENCES post (id) ON DELETE CASCADE,
    marks tsvector NOT NULL,
    words tsvector NOT NULL
)
"""


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_person_fingerprint")),
        sa.UniqueConstraint("word", name=op.f("uq_person_word")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=True),
        sa.Column("handle", sa.String(length=300), nullable=False),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_claim_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_uri"), ["uri"], unique=False)

    op.create_table(
        "refusal",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_refusal_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "fingerprint", name=op.f("pk_refusal")),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_card_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_card_room_id_room"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_card_event_id_code")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_room_id"), ["room_id"], unique=False)

    op.create_table(
        "removal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_removal_author_id_author"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_removal_closed_by_account")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_removal_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_removal_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal")),
    )
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_removal_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_removal_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_removal_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_removal_state"), ["state"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_report_closed_by_account")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_report_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_report_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("post_id", "browser", name=op.f("uq_report_post_id_browser")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_event_id_closed_at"), ["event_id", "closed_at"], unique=False)

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_author_person_id"), ["person_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_author_person_id_person"), "person", ["person_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copy_upstream"))
        batch_op.create_index(batch_op.f("ix_copy_upstream_checked_at"), ["upstream", "checked_at"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organiser", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("imprint", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column(
                "about", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        batch_op.add_column(sa.Column("spare_tag", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column(
                "venue_addresses",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
        batch_op.add_column(sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_post_event_id_author_id_posted_at"), ["event_id", "author_id", "posted_at"], unique=False
        )

    if op.get_bind().dialect.name == "sqlite":
        op.execute(WORDS_SQLITE)
    else:
        op.execute(WORDS_POSTGRES)
        op.execute("CREATE INDEX ix_post_search ON post_search USING gin (marks, words)")


def downgrade() -> None:
    op.execute("DROP TABLE post_search")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_event_id_author_id_posted_at"))
        batch_op.drop_column("withheld_at")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("keep_until")
        batch_op.drop_column("venue_addresses")
        batch_op.drop_column("spare_tag")
        batch_op.drop_column("about")
        batch_op.drop_column("imprint")
        batch_op.drop_column("organiser")

    with op.batch_alter_table("copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copy_upstream_checked_at"))
        batch_op.create_index(batch_op.f("ix_copy_upstream"), ["upstream"], unique=False)

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_author_person_id_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_author_person_id"))
        batch_op.drop_column("person_id")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_event_id_closed_at"))

    op.drop_table("report")
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_removal_state"))
        batch_op.drop_index(batch_op.f("ix_removal_post_id"))
        batch_op.drop_index(batch_op.f("ix_removal_event_id"))
        batch_op.drop_index(batch_op.f("ix_removal_author_id"))

    op.drop_table("removal")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_room_id"))

    op.drop_table("card")
    op.drop_table("refusal")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_uri"))
        batch_op.drop_index(batch_op.f("ix_claim_state"))
        batch_op.drop_index(batch_op.f("ix_claim_person_id"))
        batch_op.drop_index(batch_op.f("ix_claim_due_at"))

    op.drop_table("claim")
    op.drop_table("person")
