"""What our sentences say of a cell, said of a process that already runs. Pure."""

from __future__ import annotations

from ..document import Section

SAME = (
    ("of all threads of the kernel", "of all threads of the process"),
    ("for this cell", "for this process"),
    ("fell into the cell", "fell into code of yours"),
    ("Let the cell run longer", "Record longer"),
    ("the cell calls functions", "the process calls functions"),
    ("to hold the cell up less", "to hold the process up less"),
    (" Use functions or lines, which count everything, or a higher rate.", " Record longer."),
    (", raise the rate, or use functions or lines, which count everything.", " or raise the rate."),
)


def of_process(sentence: str) -> str:
    """A sentence about a cell, about a process."""
    for cell, process in SAME:
        sentence = sentence.replace(cell, process)
    return sentence


def sections_of_process(sections: list[Section]) -> list[Section]:
    """Sections whose explanations speak of the process; changed in place."""
    for section in sections:
        if section["kind"] == "totals":
            for item in section["items"]:
                if "help" in item:
                    item["help"] = of_process(item["help"])
    return sections
