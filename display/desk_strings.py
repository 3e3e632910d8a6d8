"""The words that the desk's scripts say. Part of display/strings.py, which hands them to the pages."""

from __future__ import annotations

from collections.abc import Callable


def for_desk(gettext: Callable[[str], str]) -> dict[str, str]:
    """Everything the scripts of the desk may say, by key."""
    _ = gettext
    whole = {**_queues(_), **_acts(_), **_asking(_), **_row(_), **_beside(_), **_several(_), **_raid(_)}
    return {**whole, **_around(_), **_screens(_)}


def _queues(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "waiting": _("Waiting"),
        "held": _("Held"),
        "shown": _("Shown"),
        "hidden": _("Hidden"),
        "put_by": _("Later"),
        "reported": _("Reported"),
        "nothing_waits": _("Nothing waits here."),
        "nothing_waits_more": _("The next post comes in by itself."),
        "nothing_here": _("Nothing is here."),
        "nothing_fits": _("Nothing here fits that."),
        "nothing_fits_more": _("Take something away above to see more."),
        "more_wait": _("{n} more after these"),
        "with_pictures": _("with pictures"),
        "without_pictures": _("without pictures"),
        "those_alike": _("those alike"),
        "one_author": _("one author"),
        "without": _("No longer only: {what}"),
        "one_chosen": _("1 chosen"),
        "many_chosen": _("{n} chosen"),
        "posts": _("{n} posts"),
    }


def _acts(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "approve": _("Show"),
        "fine": _("It is fine"),
        "words": _("Words only"),
        "keep_back": _("Keep the pictures back"),
        "show_pictures": _("Show the pictures"),
        "hold": _("Hold"),
        "later": _("Later"),
        "hide": _("Hide"),
        "undo": _("Undo"),
        "several": _("Several …"),
        "of_all": _("{act} all {n}"),
        "you_approved": _("You showed {name}"),
        "you_held": _("You held {name}"),
        "you_hid": _("You hid {name}"),
        "you_put_by": _("You put {name} by"),
        "you_showed_words": _("You showed the words of {name}"),
        "you_kept_back": _("You kept the pictures of {name} back"),
        "you_showed_pictures": _("You showed the pictures of {name}"),
        "many_approve": _("You showed {n} posts"),
        "many_words": _("You showed the words of {n} posts"),
        "many_hold": _("You held {n} posts"),
        "many_hide": _("You hid {n} posts"),
        "many_later": _("You put {n} posts by"),
        "many_decided": _("You decided {n} posts"),
        "undone": _("Taken back: {name}"),
        "nothing_to_undo": _("There is nothing to take back."),
        "progress": _("{n} of {of}"),
        "left_alone": _("{n} posts were changed or decided by others meanwhile. They are as they were."),
    }


def _asking(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "has_this": _("{name} has this one in hand."),
        "leave_to": _("Leave it to {name}"),
        "all_the_same": _("{act}, all the same"),
        "keep": _("Keep it so"),
        "change_to": _("Change: {act}"),
        "not_sent": _("That did not reach the server. Nothing was decided."),
        "already": _("Somebody else was faster. This post has changed."),
        "signed_out": _("Your sign-in has ended. Sign in again to go on."),
    }


def _row(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "choose_post": _("Choose the post by {name}"),
        "alike": _("and {n} that say nearly the same"),
        "open_alike": _("One by one"),
        "pictures_wait": _("The words are shown. The pictures are kept back."),
        "look": _("Look at it"),
        "look_at": _("Look at the pictures of {name}"),
        "one_report": _("Somebody reported it"),
        "many_reports": _("{n} people reported it"),
        "one_note": _("1 note"),
        "many_notes": _("{n} notes"),
    }


def _beside(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "decided_by": _("{name} decided."),
        "first_here": _("The first post here."),
        "trust_listed": _("On your list of those who are trusted."),
        "trust_approved": _("Approved here before."),
        "trust_earlier": _("Seen at an earlier event of this house."),
        "trust_card": _("Came with a card of this event."),
        "trust_replied": _("Answered by somebody who is trusted."),
        "author_record": _("Here so far: {shown} shown, {hidden} hidden, {waiting} waiting."),
        "author_since": _("The account is from {day}."),
        "only_author": _("Only this author"),
        "only_domain": _("Only {domain}"),
        "a_rule": _("A rule"),
        "did_approve": _("showed it."),
        "did_hold": _("held it."),
        "did_hide": _("hid it."),
        "did_later": _("put it by."),
        "did_waiting": _("let it wait."),
        "did_media_approve": _("showed its pictures."),
        "did_media_hold": _("kept its pictures back."),
        "did_media_hide": _("hid its pictures."),
        "did_media_waiting": _("let its pictures wait."),
        "did_undo": _("took a decision back."),
        "seconds_ago": _("{n} s ago"),
        "minutes_ago": _("{n} min ago"),
        "hours_ago": _("{n} h ago"),
        "days_ago": _("{n} days ago"),
        "more_thread": _("{n} more in this conversation"),
    }


def _several(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "scope_chosen": _("The {n} chosen"),
        "scope_cluster": _("The {n} that say nearly the same"),
        "scope_author": _("Everything by {name}"),
        "scope_domain": _("Everything from {domain}"),
        "scope_filter": _("Everything that fits above"),
        "scope_all": _("Everything in this queue: {n}"),
        "block_author": _("Hold back {name}"),
        "block_domain": _("Hold back {domain}"),
        "blocked": _("{what} is on the list. Held of what was here already: {n}."),
    }


def _raid(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "raid_proposed": _("This looks like a raid."),
        "raid_by_hand": _("Guard the house while it is rough."),
        "raid_freeze": _("Freeze screens"),
        "raid_text_only": _("Text only"),
        "raid_trusted_only": _("Trusted only"),
        "raid_review_all": _("Review all"),
        "raid_dismiss": _("It is no raid"),
        "raid_off": _("It is over"),
        "raid_on_freeze": _("All screens are frozen, and every new post waits."),
        "raid_on_text_only": _("Pictures stay back. Words go their usual way."),
        "raid_on_trusted_only": _("Only those who are trusted are shown. Everybody else waits."),
        "raid_on_review_all": _("Every new post waits for a person, whoever wrote it."),
        "raid_by": _("Asked for by {name}."),
        "raid_clean": _("Clean up"),
        "raid_spare": _("Announce the spare tag #{tag} too"),
    }


def _around(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "freeze": _("Freeze screens"),
        "unfreeze": _("Release screens"),
        "frozen": _("All screens show the holding card."),
        "you": _("You"),
        "reading_one": _("has a post in hand"),
        "screen_public": _("public"),
        "screen_reviewed": _("read by a person"),
        "screen_silent": _("last heard {ago}"),
        "screen_never": _("not opened yet"),
        "screen_late": _("not heard yet"),
        "one_screen_late": _("One screen has not answered."),
        "screens_late": _("{n} screens have not answered."),
    }


def _screens(_: Callable[[str], str]) -> dict[str, str]:
    """What the desk puts on the screens, and what they show."""
    return {
        "spotlight": _("Spotlight"),
        "unlight": _("Out of the spotlight"),
        "pin": _("Pin"),
        "unpin": _("Unpin"),
        "unpin_of": _("Unpin {name}"),
        "pinned": _("Pinned"),
        "is_lit": _("In the spotlight, on every screen"),
        "is_pinned": _("Pinned to the screens"),
        "in_spotlight": _("In the spotlight:"),
        "take_down": _("Take it down"),
        "to_spotlight": _("Into the spotlight, or out of it"),
        "to_pins": _("Pin it to the screens, or unpin it"),
        "not_to_screens": _("This post is not shown. Show it first, then it can go to the screens."),
        "screen_paused": _("paused"),
        "mode_strand": _("strand"),
        "mode_voice": _("one voice"),
        "mode_questions": _("questions"),
        "mode_now": _("now and next"),
        "mode_gallery": _("pictures"),
        "mode_people": _("who is here"),
        "mode_card": _("card"),
        "mode_holding": _("holding card"),
        "mode_says": _("your words"),
        "mode_overlay": _("over a stream"),
        "mode_programme": _("its programme"),
        "mode_dark": _("dark"),
    }
