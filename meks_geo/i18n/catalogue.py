"""The gettext catalogues of a language, read from `.po` and compiled in memory."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from meks_geo.vocabulary import Lang

FOLDER = Path(__file__).parents[1] / "locales"

#: Lists that share the labels of another list.
_SAME_LABELS = {"zone-declared": "zone"}

_NO_VALUE = frozenset({"", "nan", "NaN", "NaT", "<NA>", "None"})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one language.

    Parameters
    ----------
    translations
        The compiled messages.
    singular
        Keys that `text` may ask for.
    plural
        Keys that `plural` may ask for.
    """

    translations: GNUTranslations
    singular: frozenset[str]
    plural: frozenset[str]


def read_catalogue(folder: Path, lang: str) -> Catalogue:
    """Merge and compile every `.po` file of a language.

    Parameters
    ----------
    folder
        Folder that holds `<lang>/LC_MESSAGES/*.po`.
    lang
        `kk`, `ru` or `en`.

    Returns
    -------
    catalogue
        The messages of all files; fuzzy and empty ones are left out, as if they were missing.

    Raises
    ------
    ValueError
        If the language is unknown or a key stands in two files.
    FileNotFoundError
        If the language has no catalogue.
    """
    paths = sorted((folder / Lang(lang) / "LC_MESSAGES").glob("*.po"))
    if not paths:
        msg = f"no .po file for language {lang!r} in {folder}"
        raise FileNotFoundError(msg)
    merged, *others = (_read_po(path, lang) for path in paths)
    origin = {_key(message): paths[0].name for message in merged if message.id}
    for path, part in zip(paths[1:], others, strict=True):
        for message in (m for m in part if m.id):
            key = _key(message)
            if key in origin:
                msg = f"{lang}: key {key!r} stands in {origin[key]} and in {path.name}"
                raise ValueError(msg)
            origin[key] = path.name
            merged[message.id] = message
    usable = [m for m in merged if m.id and _is_translated(m)]
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Catalogue(
        GNUTranslations(compiled),
        frozenset(_key(m) for m in usable if not m.pluralizable),
        frozenset(_key(m) for m in usable if m.pluralizable),
    )


def _read_po(path: Path, lang: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def _key(message: Message) -> str:
    return str(message.id[0] if message.pluralizable else message.id)


def _is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return not message.fuzzy and all(forms)


@cache
def catalogue(lang: str) -> Catalogue:
    """Return the shipped catalogue of a language, read once."""
    return read_catalogue(FOLDER, lang)


class _Params(dict[str, object]):
    """Placeholder values of one message; a missing one is reported with its key."""

    def __init__(self, lang: str, key: str, params: Mapping[str, object]) -> None:
        super().__init__(params)
        self.where = f"{lang}: message {key!r}"

    def __missing__(self, placeholder: str) -> object:
        msg = f"{self.where} needs the placeholder {placeholder!r}"
        raise KeyError(msg)


def fill(lang: str, key: str, template: str, params: Mapping[str, object]) -> str:
    """Put values into the `{name}` placeholders of a message.

    Raises
    ------
    KeyError
        If the message has a placeholder that `params` lacks; the error names the key and language.
    """
    return template.format_map(_Params(lang, key, params))


def text(lang: str, key: str, **params: object) -> str:
    """Return a message.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    key
        Symbolic key, such as `status.construction`.
    params
        Values of the `{name}` placeholders; numbers must already be printed in the language.

    Returns
    -------
    message
        The translation, placeholders filled in.

    Raises
    ------
    KeyError
        If the language lacks the key (or has it only as a plural message), or a placeholder has no
        value: a mistake of the programmer.
    """
    found = catalogue(lang)
    if key not in found.singular:
        msg = f"{lang}: no message {key!r}"
        raise KeyError(msg)
    return fill(lang, key, found.translations.gettext(key), params)


def has(lang: str, key: str) -> bool:
    """Tell whether `text` knows a key."""
    return key in catalogue(lang).singular


def label(lang: str, list_name: str, code: str) -> str:
    """Return the label of a code of a closed list.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    list_name
        Name of the list in `vocabulary.LISTS`, or `layer`, `theme`, `lang`.
    code
        Member of the list.

    Returns
    -------
    label
        Starts with a capital letter.

    Raises
    ------
    KeyError
        If the list has no such code.
    """
    return text(lang, f"{_SAME_LABELS.get(list_name, list_name)}.{code}")


def unit(lang: str, code: str) -> str:
    """Return the sign of a unit of `data/schema/`, such as `bn KZT`; KeyError if there is none."""
    return text(lang, f"unit.{code}")


def is_missing(value: object) -> bool:
    """Tell whether a cell is empty: None, "", or the not-a-number of a frame."""
    return str(value).strip() in _NO_VALUE


def name(lang: str, row: Mapping[str, object]) -> str:
    """Return the name of a thing in a language, else in the nearest one that it has.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    row
        Mapping with any of `name_kk`, `name_ru`, `name_en` (a frame's row will do).

    Returns
    -------
    name
        In `lang`, else Russian, English or Kazakh, in this order; "" if the row has no name.
    """
    for one in (lang, Lang.RU, Lang.EN, Lang.KK):
        found = row.get(f"name_{one}")
        if not is_missing(found):
            return str(found).strip()
    return ""


def _weight(parameters: str) -> float:
    match = re.search(r"q\s*=\s*([01](?:\.\d*)?)", parameters)
    return float(match[1]) if match else 1.0


def pick_language(header: str | None, default: str = Lang.KK) -> str:
    """Return the language that a browser or an environment asks for.

    Parameters
    ----------
    header
        Accept-Language header (`ru-KZ,ru;q=0.9,en;q=0.8`) or locale (`kk_KZ.UTF-8`); may be None.
    default
        Answer when none of ours is asked for.

    Returns
    -------
    lang
        `kk`, `ru` or `en`, as plain `str`.
    """
    best, best_weight = str(default), 0.0
    for part in re.split("[,:]", header or ""):
        tag, _, parameters = part.partition(";")
        lang = re.split(r"[-_.@]", tag.strip().lower(), maxsplit=1)[0]
        weight = _weight(parameters)
        if lang in tuple(Lang) and weight > best_weight:
            best, best_weight = lang, weight
    return best
