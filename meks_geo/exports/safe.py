"""Text that a program for tables must not take for a formula."""

#: What a formula, or what some programs take for one, begins with.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return a text that no program for tables runs: one that begins like a formula is quoted.

    The apostrophe before it is the sign by which such programs themselves mark a text.
    """
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS) else text
