"""The words that scripts and the post macro say, from the same catalogue as the pages.

One list, so that extraction finds them and a post drawn on the server and in the browser says the same.
Braces ({name}, {n}) are filled in where the words are used; they are never HTML.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain import reasons
from display.desk_strings import for_desk
from display.gallery_strings import for_gallery
from display.question_strings import for_questions
from display.raid_strings import for_raids
from display.wall_strings import for_modes


def for_scripts(gettext: Callable[[str], str]) -> dict[str, str]:
    """Everything a page's scripts may say, by key."""
    _ = gettext
    return {
        **_post(_),
        **_live(_),
        **_wall(_),
        **for_modes(_),
        **_say(_),
        **for_desk(_),
        **for_raids(_),
        **for_questions(_),
        **for_gallery(_),
        **_why(_),
    }


def _why(_: Callable[[str], str]) -> dict[str, str]:
    """A decision's reason travels as a word; the desk says it as a sentence."""
    told = {f"why_{key}": sentence for key, sentence in reasons.sentences(_).items()}
    return told | {f"fired_{key}": sentence for key, sentence in reasons.detailed(_).items()}


def _post(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "anonymous": _("Anonymous"),
        "mastodon": _("Mastodon"),
        "bluesky": _("Bluesky"),
        "form": _("The form"),
        "written_here": _("written here"),
        "voice": _("the event itself"),
        "first": _("First post"),
        "late": _("arrived late"),
        "edited": _("changed by its author"),
        "bridged": _("came over a bridge"),
        "answers": _("in answer to {name}"),
        "session_guess": _("Put here by the room and the time it was written."),
        "session_closed": _("a closed talk: no pictures, no quotes"),
        "open_cover": _("Open to see what is under it."),
        "sensitive_one": _("A picture marked as sensitive"),
        "sensitive_many": _("Pictures marked as sensitive"),
        "no_picture": _("This picture is not here yet."),
        "no_alt": _("A picture without a description"),
        "in_picture": _("In the picture:"),
        "in_pictures": _("In the pictures:"),
        "video": _("Video"),
        "audio": _("Sound"),
        "unknown": _("A file"),
        "more_pictures": _("{n} more pictures"),
        "poll_one": _("A poll with one choice each. It is open where it was asked."),
        "poll_many": _("A poll with several choices. It is open where it was asked."),
        "quote_gone": _("The quoted post was taken back by its author."),
        "original": _("To the original"),
        "answer": _("Answer"),
        "answer_to": _("Answer {name}"),
        "more": _("More"),
        "more_of": _("More: the post by {name}"),
    }


def _live(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "live": _("Live"),
        "quiet_line": _("Nothing heard for a moment. Trying again."),
        "lost_line": _("The line is lost. This page goes on by itself when it is back."),
        "paused": _("Paused"),
        "pause": _("Pause"),
        "go_on": _("Go on"),
        "new_post": _("1 new post"),
        "new_posts": _("{n} new posts"),
        "new_elsewhere": _("New on the strand: {n}"),
        "you_left": _("You were here, {when}"),
        "new_since": _("What follows is new."),
        "address_copied": _("The address is copied."),
        "copy_yourself": _("The address is marked. Copy it from there."),
    }


def _wall(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "more_on_strand": _("… more on the strand"),
        "covered": _("Covered: {warning}"),
        "open_on_strand": _("Open it on the strand, if you like."),
        "be_first": _("Nobody has said anything yet. Be the first."),
        "goes_on": _("The strand goes on in a moment."),
        "paused_wall": _("The screens are paused."),
        "dark_here": _("This screen is dark. Hold Esc for a second to bring it back."),
        "no_word": _("No word from the server. Trying again."),
        "now_in": _("Now in {room}"),
        "now": _("Now"),
        "paused_more": _("Paused · {n} more"),
        "paused_none": _("Paused"),
        "firsts_wait": _("First posts waiting: {n}, the longest for {minutes} min"),
        "pinned": _("Pinned"),
        "with_thanks": _("With thanks to"),
    }


def _say(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "room_left": _("Room for {n} more letters"),
        "too_long": _("Too long by {n} letters"),
        "draft_back": _("Your draft from before is back."),
        "send": _("Send it"),
        "send_again": _("Try again now"),
        "on_its_way": _("On its way …"),
        "no_network": _("No network just now. Your words are kept here and will be sent when it is back."),
        "belongs_to": _("Belongs to"),
        "no_talk": _("Belongs to no talk"),
        "change": _("Change"),
        "picture_large": _("This picture is larger than {n} MB. Choose a smaller one."),
        "copied": _("Copied."),
        "not_copied": _("That did not work. Keep the address shown above."),
    }
