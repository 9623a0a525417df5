"""What our sentences say of a cell and its kernel, said of a script and its process. Pure."""

from __future__ import annotations

from ..document import Section

SAME = (
    ("the kernel’s own threads", "other threads"),
    ("this kernel's environment", "this environment"),
    ("of the kernel when the cell began", "of the process when the script began"),
    ("of the cell", "of the script"),
    ("the cell", "the script"),
    ("The cell", "The script"),
    ("this cell", "this script"),
    ("the kernel", "the process"),
    ("this kernel", "this process"),
)


def of_script(sentence: str) -> str:
    """A sentence about a cell, about a script."""
    for cell, script in SAME:
        sentence = sentence.replace(cell, script)
    return sentence


def sections_of_script(sections: list[Section]) -> list[Section]:
    """Sections whose explanations speak of the script; changed in place."""
    for section in sections:
        if section["kind"] == "totals":
            for item in section["items"]:
                if "help" in item:
                    item["help"] = of_script(item["help"])
    return sections
