"""What the operating system counted for this process while code of the user ran."""

from __future__ import annotations

from ..document import TotalsItem, TotalsSection, total

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

NAMES = ("minor_faults", "major_faults", "voluntary_switches", "involuntary_switches")


class Usage:
    """Adds up what is counted between :meth:`begin` and :meth:`end` (getrusage(2))."""

    def __init__(self) -> None:
        self._sums = [0, 0, 0, 0]
        self._before = [0, 0, 0, 0]

    def begin(self) -> None:
        self._before = _now()

    def end(self) -> None:
        self._sums = [
            have + now - before
            for have, now, before in zip(self._sums, _now(), self._before, strict=True)
        ]

    def data(self) -> dict[str, int] | None:
        """JSON: counts by name; None where nothing is counted."""
        return None if resource is None else dict(zip(NAMES, self._sums, strict=True))


def _now() -> list[int]:
    if resource is None:
        return [0, 0, 0, 0]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return [usage.ru_minflt, usage.ru_majflt, usage.ru_nvcsw, usage.ru_nivcsw]


def usage_totals(counts: dict[str, int] | None) -> TotalsSection:
    """The counts as totals."""
    why = "This system does not count it." if counts is None else None
    texts = {
        "minor_faults": (
            "Minor page faults",
            "Pages of memory that were touched for the first time: the system gives memory "
            "when it is used, not when it is asked for.",
        ),
        "major_faults": (
            "Major page faults",
            "Pages that had to be read from disk: a file opened for the first time, or "
            "memory that had been swapped out.",
        ),
        "voluntary_switches": (
            "Voluntary switches",
            "How often a thread gave its processor up, because it had to wait.",
        ),
        "involuntary_switches": (
            "Involuntary switches",
            "How often a thread was put aside for another one: many say that the machine is busy.",
        ),
    }
    items: list[TotalsItem] = [
        total(name, label, None if counts is None else counts[name], "count", why or text)
        for name, (label, text) in texts.items()
    ]
    return {"kind": "totals", "items": items}
