"""Cells that run in a process of their own: what runs of them there, and what before them.

There is no IPython in that process. A command of it (``%…``, ``!…``) does nothing there and is
named in a note; ``%time`` and ``%%time`` leave what they time. Pure: ``transform`` is that of
the shell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence

from .cells import line_offset
from .document import split_lines
from .profilers import ApartCell
from .requests import CELL_MAGICS, TRANSPARENT

COMMANDS = {"run_line_magic", "run_cell_magic", "system", "getoutput", "getoutput_pipe", "magic"}
"""Methods that IPython's own syntax becomes calls of."""
AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
MOST_CELLS = 2000
MOST_SOURCE = 20_000_000
"""Characters of all cells together."""

Transform = Callable[[str], str]


def apart_cell(
    source: str, label: str, transform: Transform, cell_id: str | None = None
) -> ApartCell:
    """A cell as it runs there; line numbers stay."""
    lines = split_lines(source)
    for index, line in enumerate(lines):
        word = line.strip().partition(" ")[0]
        if word in CELL_MAGICS or word in TRANSPARENT:
            lines[index] = ""
        elif word.startswith("%%"):
            return ApartCell(label, source, "", cell_id, (line,))
        elif word:
            break
    text = "\n".join(lines)
    if tree_of(text) is not None:
        return ApartCell(label, source, text, cell_id)
    try:
        # IPython drops the empty lines at the start.
        changed = "\n" * line_offset(text) + transform(text)
    except SyntaxError:
        changed = text
    tree = tree_of(changed)
    if tree is None:
        return ApartCell(label, source, text, cell_id)  # It says itself what is wrong.
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    left = sorted({call.lineno for call in calls if is_command(call)})
    named = tuple(lines[number - 1] for number in left if number <= len(lines))
    return ApartCell(label, source, changed, cell_id, named)


def tree_of(source: str) -> ast.Module | None:
    """None for what is no Python."""
    try:
        tree = compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST | AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def is_command(node: ast.Call) -> bool:
    """Whether it is what a command of IPython becomes, but for ``%time``."""
    if not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    if not (
        node.func.attr in COMMANDS
        and isinstance(owner, ast.Call)
        and isinstance(owner.func, ast.Name)
        and owner.func.id == "get_ipython"
    ):
        return False
    name = node.args[0] if node.args else None
    return not (isinstance(name, ast.Constant) and name.value == "time")


def session_cells(
    history: Sequence[str], until: int, skipped: Collection[int], transform: Transform
) -> list[ApartCell]:
    """The cells that ran in this session before cell ``until``, in order.

    Parameters
    ----------
    history : sources by execution count, as IPython's ``input_hist_raw``
    skipped : counts of cells that failed, or ran in a process of their own themselves
    """
    found = []
    for count in range(1, min(until, len(history))):
        if count not in skipped and history[count].strip():
            found.append(apart_cell(history[count], f"In [{count}]", transform))
    return found


def too_many(cells: Sequence[ApartCell]) -> str | None:
    """Why so many cells cannot run again, as a sentence."""
    size = sum(len(cell.source) for cell in cells)
    if len(cells) > MOST_CELLS or size > MOST_SOURCE:
        return (
            f"{len(cells):,} cells with {size:,} characters are too many to run them again. Run "
            "the cell alone, or restart the kernel and run what it needs."
        )
    return None
