"""the desk and the organiser's house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "desk"
down_revision = "reading"


def upgrade() -> None:
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("chain_id", "number", name=op.f("uq_audit_line_chain_id_number")),
    )
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
    )
    op.create_table(
        "attendance",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("desk", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_attendance_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_attendance_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "desk", name=op.f("pk_attendance")),
    )
    op.create_table(
        "listed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_listed_added_by_account")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_listed_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed")),
        sa.UniqueConstraint("event_id", "side", "kind", "key", name=op.f("uq_listed_event_id_side_kind_key")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_note_account_id_account")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_note_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_note_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_post_id"), ["post_id"], unique=False)

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("voice_of", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_author_voice_of"), ["voice_of"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_author_voice_of_event"), "event", ["voice_of"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part", sa.String(length=32), nullable=False, server_default="post"))
        batch_op.add_column(sa.Column("bulk", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_decision_bulk"), ["bulk"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "rules", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        batch_op.add_column(sa.Column("lists_version", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("raid", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))
        batch_op.add_column(
            sa.Column("raid_proposal", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("spare_announced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "consent", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        batch_op.add_column(sa.Column("logo_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("colour", sa.String(length=7), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("colour_2", sa.String(length=7), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("live_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("archive_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("switched_seq", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("freeze_nonce", sa.String(length=32), nullable=False, server_default=""))
        batch_op.create_foreign_key(batch_op.f("fk_event_logo_id_media"), "media", ["logo_id"], ["id"])

    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(length=100), nullable=False, server_default=""))

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media_verdict", sa.String(length=32), nullable=False, server_default="approve"))
        batch_op.add_column(
            sa.Column(
                "fired", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
            )
        )
        batch_op.add_column(sa.Column("stand", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("trust", sa.String(length=16), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cluster_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_post_event_id_cluster_id"), ["event_id", "cluster_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_event_id_received_at"), ["event_id", "received_at"], unique=False)

    # What is shown already was shown first when it was first approved.
    op.execute(
        "UPDATE post SET shown_at = (SELECT MIN(created_at) FROM decision"
        " WHERE decision.post_id = post.id AND decision.verdict = 'approve') WHERE verdict = 'approve'"
    )


def downgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_event_id_received_at"))
        batch_op.drop_index(batch_op.f("ix_post_event_id_cluster_id"))
        batch_op.drop_column("excused_at")
        batch_op.drop_column("shown_at")
        batch_op.drop_column("cluster_id")
        batch_op.drop_column("trust")
        batch_op.drop_column("stand")
        batch_op.drop_column("fired")
        batch_op.drop_column("media_verdict")

    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.drop_column("note")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_event_logo_id_media"), type_="foreignkey")
        batch_op.drop_column("freeze_nonce")
        batch_op.drop_column("switched_seq")
        batch_op.drop_column("archive_at")
        batch_op.drop_column("live_at")
        batch_op.drop_column("colour_2")
        batch_op.drop_column("colour")
        batch_op.drop_column("logo_id")
        batch_op.drop_column("consent")
        batch_op.drop_column("spare_announced_at")
        batch_op.drop_column("raid_proposal")
        batch_op.drop_column("raid")
        batch_op.drop_column("lists_version")
        batch_op.drop_column("rules")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_bulk"))
        batch_op.drop_column("bulk")
        batch_op.drop_column("part")

    with op.batch_alter_table("author", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_author_voice_of_event"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_author_voice_of"))
        batch_op.drop_column("voice_of")
        batch_op.drop_column("since")

    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_post_id"))
        batch_op.drop_index(batch_op.f("ix_note_event_id"))

    op.drop_table("note")
    op.drop_table("listed")
    op.drop_table("attendance")
    op.drop_table("chain")
    op.drop_table("audit_line")
