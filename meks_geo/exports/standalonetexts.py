"""One document for three languages: what is the same in all of them stands once."""

import json
from collections.abc import Sequence

#: Key of an object that stands for a text of the table; the browser puts the text in its place.
REFERENCE = "$"
#: A text that is not longer than this stands where it is used.
_SHORT = 10


class Texts:
    """The texts of a document, each once, in the order in which they were first used."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._entries: list[object] = []

    def table(self) -> list[object]:
        """Return the entries: a text that all languages share, or a list with one a language."""
        return self._entries

    def merged(self, versions: Sequence[object]) -> object:
        """Return one document for the versions of a document in each language.

        Parameters
        ----------
        versions
            Plain JSON values, in the order of the languages. They may differ anywhere; where they
            do, one entry of the table holds what each language says.
        """
        first = versions[0]
        if isinstance(first, dict):
            dicts = [one for one in versions if isinstance(one, dict)]
            if len(dicts) == len(versions) and all(one.keys() == first.keys() for one in dicts):
                return {name: self.merged([one[name] for one in dicts]) for name in first}
        if isinstance(first, list | tuple):
            lists = [one for one in versions if isinstance(one, list | tuple)]
            if len(lists) == len(versions) and all(len(one) == len(first) for one in lists):
                return [self.merged(parts) for parts in zip(*lists, strict=True)]
        if all(_same(one, first) for one in versions):
            long = isinstance(first, str) and len(first) > _SHORT
            return self._reference(first) if long else first
        return self._reference(list(versions))

    def _reference(self, entry: object) -> dict[str, int]:
        key = json.dumps(entry, ensure_ascii=False)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._entries)
            self._entries.append(entry)
        return {REFERENCE: place}


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
