"""screens, showings, votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "wall"
down_revision = "desk"


def upgrade() -> None:
    op.create_table(
        "sponsor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_sponsor_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_sponsor_media_id_media")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor")),
    )
    with op.batch_alter_table("sponsor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sponsor_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sponsor_media_id"), ["media_id"], unique=False)

    op.create_table(
        "pairing",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["screen.id"], name=op.f("fk_pairing_screen_id_screen"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_pairing")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairing_screen_id"), ["screen_id"], unique=False)

    op.create_table(
        "showing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_showing_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_showing_post_id_post"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["screen.id"], name=op.f("fk_showing_screen_id_screen"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showing")),
        sa.UniqueConstraint("screen_id", "post_id", "began_at", name=op.f("uq_showing_screen_id_post_id_began_at")),
    )
    with op.batch_alter_table("showing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_showing_event_id_began_at"), ["event_id", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_showing_event_id_post_id"), ["event_id", "post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_showing_post_id"), ["post_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_vote_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_vote_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "voter", name=op.f("pk_vote")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_event_id"), ["event_id"], unique=False)

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("spotlight", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "pins", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
            )
        )

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answering_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("mode", sa.String(length=16), nullable=False, server_default="strand"))
        batch_op.add_column(
            sa.Column(
                "programme",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
        batch_op.add_column(
            sa.Column(
                "look", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        batch_op.add_column(
            sa.Column(
                "quiet", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
            )
        )
        batch_op.add_column(sa.Column("says", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shows", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True))
        batch_op.add_column(
            sa.Column(
                "troubles",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
        batch_op.create_index(batch_op.f("ix_screen_room_id"), ["room_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_screen_room_id_room"), "room", ["room_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_screen_room_id_room"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_screen_room_id"))
        batch_op.drop_column("troubles")
        batch_op.drop_column("shows")
        batch_op.drop_column("paused_at")
        batch_op.drop_column("says")
        batch_op.drop_column("quiet")
        batch_op.drop_column("look")
        batch_op.drop_column("programme")
        batch_op.drop_column("mode")
        batch_op.drop_column("room_id")
        batch_op.drop_column("made_at")

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
        batch_op.drop_column("answering_at")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_column("pins")
        batch_op.drop_column("spotlight")

    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_event_id"))

    op.drop_table("vote")
    with op.batch_alter_table("showing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_showing_post_id"))
        batch_op.drop_index(batch_op.f("ix_showing_event_id_post_id"))
        batch_op.drop_index(batch_op.f("ix_showing_event_id_began_at"))

    op.drop_table("showing")
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairing_screen_id"))
        batch_op.drop_index(batch_op.f("ix_pairing_made_at"))

    op.drop_table("pairing")
    with op.batch_alter_table("sponsor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sponsor_media_id"))
        batch_op.drop_index(batch_op.f("ix_sponsor_event_id"))

    op.drop_table("sponsor")
