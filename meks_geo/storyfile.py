"""The text of a story file as a tree that knows its lines: YAML or JSON, bounded before it is read.

Every scalar is a text, as it stands in the file. Anchors are refused: a few lines of them can stand
for more than fits into memory.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped]

from meks_geo.errors import InputError, Problem

#: The longest story file that is read, in bytes.
MOST_BYTES = 128 * 1024
_MOST_DEPTH = 6
_NOTHING = ("", "~", "null")

Report = Callable[[Problem], None]
#: A part of the tree, as PyYAML composes it; it has no types.
Node: TypeAlias = Any


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Composes a tree; nothing in it can refer to another part of it or be nested without end."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Return the next part of the tree."""
        mark = self.peek_event().start_mark
        if self.check_event(yaml.AliasEvent) or self.depth > _MOST_DEPTH:
            context = "an alias or a nesting that no story has"
            raise yaml.composer.ComposerError(None, None, context, mark)
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


def compose(content: str | bytes, name: str) -> Node:
    """Return the tree of a story file.

    Parameters
    ----------
    content
        The file, UTF-8 with or without a mark at its beginning.
    name
        What the file is called, for complaints.

    Raises
    ------
    InputError
        If it is too large, not UTF-8, neither YAML nor JSON, or empty.
    """
    size = len(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise InputError([Problem("story-too-large", name, params={"most": MOST_BYTES // 1024})])
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise InputError([Problem("wrong-encoding", name, value="")]) from error
    loader = None
    try:
        # JSON may be indented with tabs, YAML may not; neither has them inside its texts.
        loader = _Loader(text.removeprefix("\ufeff").replace("\t", " "))
        node = loader.get_single_node()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        row = None if mark is None else mark.line + 1
        raise InputError([Problem("story-not-read", name, row)]) from error
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(node, yaml.MappingNode):
        raise InputError([Problem("story-not-read", name, 1)])
    return node


def row_of(node: Node) -> int:
    """Return the line that a part of the file begins on, from 1."""
    return int(node.start_mark.line) + 1


def mapping(node: Node, known: tuple[str, ...], name: str, report: Report) -> dict[str, Node]:
    """Return the parts of a mapping by key; what is not known or repeated is reported and left."""
    found: dict[str, Node] = {}
    if not isinstance(node, yaml.MappingNode):
        report(Problem("story-no-mapping", name, row_of(node), params={"known": ", ".join(known)}))
        return found
    for key, value in node.value:
        word = str(key.value)[:80] if isinstance(key, yaml.ScalarNode) else "?"
        if word not in known:
            params = {"known": ", ".join(known)}
            problem = Problem(
                "story-unknown-key", name, row_of(key), None, word, params, severity="warning"
            )
            report(problem)
        elif word in found:
            report(Problem("story-repeated", name, row_of(key), word, word))
        else:
            found[word] = value
    return found


def sequence(node: Node) -> list[Node] | None:
    """Return the parts of a list; None for what is none."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else None


def scalar(node: Node) -> str | None:
    """Return a text without what cannot be printed; "" for nothing, None for what is no text."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.style is None and node.value in _NOTHING:
        return ""
    return clean(str(node.value))


def is_mapping(node: Node) -> bool:
    """Return whether a part of the file has keys."""
    return isinstance(node, yaml.MappingNode)


def clean(text: str) -> str:
    """Return a text without what cannot be printed; line breaks stay."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ("".join(c if c.isprintable() else " " for c in line).rstrip() for line in lines)
    return "\n".join(kept).strip()


def write(document: dict[str, object]) -> str:
    """Return a document of texts, lists and mappings as YAML that a person can read and change."""
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return text
