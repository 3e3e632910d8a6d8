"""fold(): words without their disguises: one letter for all that look like it, no marks, no gaps. Pure."""

from __future__ import annotations

import re
import unicodedata

# What looks like a Latin letter and is none; what NFKD does not already take apart.
_LOOK = (
    "аa бb вb гr дd еe ёe жx зe иu йu кk лn мm нh оo пn рp сc тt уy фo хx цu чy шw щw ъb ыb ьb эe юo яr іi їi јj ѕs "
    "ԁd ԛq ԝw һh "
    "αa βb γy δd εe ζz ηn θo ιi κk λa μm νv ξe οo πn ρp σo ςc τt υu φo χx ψy ωw "
    "øo æa œo ðd þp łi đd ħh ŧt ıi ĸk ſs ßb ɑa ɡg ɩi ɪi ʀr ʏy ɴn ʟi ᴀa ʙb ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ᴢz "
    "ʜh ɢg"
)
_LETTERS = str.maketrans({pair[0]: pair[1] for pair in _LOOK.split()})
_FIGURES = str.maketrans("013457892@$€£|!l", "oieastbgzaseliii")  # inside a word they stand for letters
_NUMBER = re.compile(r"(?<![^\W_])[\d.,]*\d(?![^\W_])")
_REPEATED = re.compile(r"(.)\1+", re.DOTALL)


def fold(text: str) -> str:
    """Case, accents, look-alikes, figures for letters, stretched words and gaps make no difference any more.

    A number that stands alone becomes one sign: prices and counters vary, the sentence around them does not.
    """
    taken_apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in taken_apart if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    plain = _NUMBER.sub("#", bare.translate(_LETTERS))
    spelled = plain.translate(_FIGURES)
    return _REPEATED.sub(r"\1", "".join(c for c in spelled if c.isalnum() or c == "#"))
