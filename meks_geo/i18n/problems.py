"""Problems of a file in words: what is wrong, and how to mend it."""

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter

from meks_geo.errors import Problem
from meks_geo.i18n.catalogue import catalogue
from meks_geo.i18n.formats import number
from meks_geo.vocabulary import Lang

#: Stands for a placeholder that a problem says nothing about.
_NOTHING = "\u2013"
_FIELDS = frozenset({"value", "column", "row", "file"})


class _Words(dict[str, str]):
    """Placeholder values; a report of a thousand faults must not fail for want of a word."""

    def __missing__(self, placeholder: str) -> str:
        return _NOTHING


def _word(lang: str, param: object) -> str:
    """Print one parameter; numbers as the language writes them, without grouping."""
    if isinstance(param, int | float | Decimal):
        return number(lang, param, grouping=False)
    return str(param) if param not in (None, "") else _NOTHING


def _template(lang: str, key: str) -> str:
    found = catalogue(lang)
    if key not in found.singular:
        msg = f"{lang}: no message {key!r}"
        raise KeyError(msg)
    return found.translations.gettext(key)


def _phrases(lang: str, problem: Problem) -> tuple[str, str]:
    given: Mapping[str, object] = {
        **problem.params,
        "value": problem.value,
        "column": problem.column,
        "row": problem.row,
        "file": problem.file,
    }
    words = _Words({name: _word(lang, param) for name, param in given.items()})
    stem = f"problem.{problem.code}"
    if problem.params.get("reason"):
        stem = f"reason.{problem.params['reason']}"
    what, fix = (_template(lang, f"{stem}.{part}").format_map(words) for part in ("what", "fix"))
    return what, fix


def _sentence(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def problem_parts(lang: str, problem: Problem) -> tuple[str, str]:
    """Return what is wrong and how to mend it, for the cells of a table.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    problem
        The fault; a placeholder that its `params` lack is printed as a dash. A `reason` among them
        names the words of `reason.<reason>`, which say more than those of the code.

    Returns
    -------
    what, fix
        Two phrases that start with a capital letter and have no full stop.

    Raises
    ------
    KeyError
        If the code has no message.
    """
    what, fix = _phrases(lang, problem)
    return _sentence(what), _sentence(fix)


def problem_text(lang: str, problem: Problem) -> str:
    """Return the one printed form of a problem: `file:row:column: what; fix`, full stop.

    Where a file can hold several tables it begins `file/table:row:column`.

    Parameters
    ----------
    lang
        `kk`, `ru` or `en`.
    problem
        The fault. A place of a whole column or row has `-` for what it lacks; a fault of the whole
        file names the file alone.

    Returns
    -------
    line
        One line, without a line break.

    Raises
    ------
    KeyError
        If the code has no message.
    """
    place = f"{problem.file}/{problem.table}" if problem.table else problem.file
    if problem.row is not None or problem.column:
        row = "-" if problem.row is None else problem.row
        place = f"{place}:{row}:{problem.column or '-'}"
    what, fix = _phrases(lang, problem)
    return " ".join(f"{place}: {what}; {fix}.".split())


def problem_params(code: str) -> frozenset[str]:
    """Return the names that the messages of a code expect in `Problem.params`."""
    templates = (_template(Lang.EN, f"problem.{code}.{part}") for part in ("what", "fix"))
    names = {name for one in templates for _, name, _, _ in Formatter().parse(one) if name}
    return frozenset(names) - _FIELDS
