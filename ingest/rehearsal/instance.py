"""What a Mastodon server says about itself, in both versions of the API. Pure shapes."""

from __future__ import annotations

from ingest.rehearsal.status import Json

VERSION = "4.6.5"
_TITLE = "Harbour Talks rehearsal"
_ABOUT = "An invented server on this machine. Nobody real is here."


def v2(host: str, streaming: str, *, closed: bool) -> Json:
    """`closed`: hashtag timelines need a signed-in user."""
    access = "authenticated" if closed else "public"
    feeds = {"local": access, "remote": access}
    return {
        "domain": host,
        "title": _TITLE,
        "version": VERSION,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": _ABOUT,
        "usage": {"users": {"active_month": 0}},
        "thumbnail": {"url": f"https://{host}/thumbnail.png", "blurhash": None, "versions": {}},
        "icon": [],
        "languages": ["en"],
        "configuration": {
            "urls": {"streaming": streaming, "status": None, "about": f"https://{host}/about"},
            "vapid": {"public_key": ""},
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
            "media_attachments": {"description_limit": 1500},
            "polls": {"max_options": 4, "max_characters_per_option": 50},
            "translation": {"enabled": False},
            "timelines_access": {
                "live_feeds": feeds,
                "hashtag_feeds": feeds,
                "trending_link_feeds": feeds,
            },
            "limited_federation": False,
        },
        "registrations": {"enabled": False, "approval_required": False, "reason_required": None, "message": None},
        "api_versions": {"mastodon": 9},
        "contact": {"email": f"post@{host}", "account": None},
        "rules": [],
    }


def v1(host: str, streaming: str) -> Json:
    return {
        "uri": host,
        "title": _TITLE,
        "short_description": _ABOUT,
        "description": _ABOUT,
        "email": f"post@{host}",
        "version": VERSION,
        "urls": {"streaming_api": streaming},
        "stats": {"user_count": 0, "status_count": 0, "domain_count": 0},
        "thumbnail": None,
        "languages": ["en"],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": v2(host, streaming, closed=False)["configuration"],
        "contact_account": None,
        "rules": [],
    }
