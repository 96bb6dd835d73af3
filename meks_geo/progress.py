"""How far a long piece of work is, told to whoever waits for it."""

from collections.abc import Callable

#: Called with a step and the share of the whole work that is done, 0 to 1.
Progress = Callable[[str, float], None]


def silent(_step: str, _share: float) -> None:
    """Report nothing."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """Return what reports a part of the work: from share `low` to share `high` of the whole."""

    def report(step: str, share: float) -> None:
        progress(step, low + (high - low) * share)

    return report
