"""One spelling for search: what people type, on whichever keyboard, finds what is written."""

import re
import unicodedata

#: Kazakh letters to what a Russian keyboard offers in their place.
_KAZAKH = str.maketrans("әғқңөұүһі", "агкноуухи")
#: The one letter that keeps its accent: it is a letter of its own on every keyboard.
_SHORT_I = "\u0439"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GAP = re.compile(
    "[\\s\"'`_\u00ab\u00b4\u00bb\u02bc\u2010-\u2015\u2018-\u201f\u2039\u203a\u2212-]+"
)


def _without_accent(letter: str) -> str:
    if letter == _SHORT_I:
        return letter
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def search_key(text: str) -> str:
    """Return the form in which two spellings of a name are equal.

    Parameters
    ----------
    text
        A name, or what was typed into the search field.

    Returns
    -------
    key
        Case folded; accents gone; Kazakh letters as typed on a Russian keyboard; spaces, hyphens
        and quotation marks as one space, none at the ends.

    Examples
    --------
    >>> search_key("  Oskemen\u2011CHP \u00ab3\u00bb ")
    'oskemen chp 3'
    """
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).casefold()
    letters = "".join(_without_accent(c) for c in unicodedata.normalize("NFC", plain))
    return _GAP.sub(" ", letters.translate(_KAZAKH)).strip()
