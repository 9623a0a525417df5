"""The report of a notebook as a page of HTML, without scripts, links or pictures. Pure.

Every text goes through :func:`html.escape`. Bars are widths in per cent with the number
beside them, so that nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ..document import Unit
from ..figures import format_share, format_value
from .report import Cell, Report, ranked, share

STYLE = """
:root { color-scheme: light dark; --bar: #d55e00; --memory: #8e5bd0; --line: #8884; }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 64em; padding: 0 1em; }
h1 { font-size: 1.4em; margin-bottom: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 0.5em 0 2em; width: 100%; }
caption { font-weight: 600; padding: 0.5em 0; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25em 0.5em; text-align: right;
  white-space: nowrap; }
.source { font-family: ui-monospace, monospace; max-width: 0; overflow: hidden;
  text-align: left; text-overflow: ellipsis; white-space: nowrap; width: 45%; }
th, th.source { font-family: inherit; font-weight: 600; }
.bar { min-width: 6em; width: 20%; }
.bar div { background: var(--bar); border-radius: 2px; height: 0.7em; min-width: 1px; }
.memory .bar div { background: var(--memory); }
.figures { display: flex; flex-wrap: wrap; gap: 0.5em 3em; margin: 1em 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dd { font-size: 1.6em; font-weight: 600; margin: 0; }
.problem { border-left: 4px solid #c62828; margin: 0.5em 0; padding: 0.25em 1em; }
.note { opacity: 0.85; }
"""
FIGURES: tuple[tuple[str, str, Unit], ...] = (
    ("wall", "wall time, all cells", "seconds"),
    ("cpu", "processor time (user + system)", "seconds"),
    ("peak", "highest memory of the kernel", "bytes"),
)


def render(report: Report) -> str:
    """The report as a whole page."""
    title = escape(report.notebook)
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}: where time and memory go</title>\n<style>{STYLE}</style>\n</head>",
        f"<body>\n<h1>{title}</h1>",
        f"<p class='note'>{escape(_when(report))}</p>",
    ]
    if report.status != "ok":
        error = f": {report.error}" if report.error else ""
        parts.append(_problem(f"The notebook did not run to its end ({report.status}{error})."))
    parts += [_problem(f"Over budget. {sentence}") for sentence in report.exceeded]
    parts.append(_figures(report))
    parts.append(_table(report, "wall", "Cells by time", "seconds", _times))
    if report.total("peak") is not None:
        parts.append(_table(report, "increment", "Cells by memory", "bytes", _memory))
    parts += [f"<p class='note'>{escape(note)}</p>" for note in report.notes]
    parts.append(f"<p class='note'>{escape(MEANING)}</p>\n</body>\n</html>\n")
    return "\n".join(parts)


MEANING = (
    "Waiting is wall time less user and system time: sleeping, disk, network, or a busy "
    "machine. The peak is the kernel's highest resident memory while the cell ran, and what "
    "a cell added is the peak less what was there before. To see which lines it is, open the "
    "notebook in JupyterLab and press Profile on the cell at the top."
)


def _when(report: Report) -> str:
    python = report.environment.get("python")
    place = f", Python {python}, {report.environment.get('platform')}" if python else ""
    return f"Run at {report.started}{place}"


def _problem(sentence: str) -> str:
    return f'<p class="problem" role="alert">{escape(sentence)}</p>'


def _figures(report: Report) -> str:
    found = []
    for name, label, unit in FIGURES:
        value = report.total(name)
        if value is not None:
            shown = escape(format_value(value, unit))
            found.append(f"<div><dt>{escape(label)}</dt><dd>{shown}</dd></div>")
    return f'<dl class="figures">{"".join(found)}</dl>'


def _times(cell: Cell) -> list[str]:
    return [format_value(value, "seconds") for value in (cell.wall, cell.cpu, cell.wait)]


def _memory(cell: Cell) -> list[str]:
    return [format_value(value, "bytes") for value in (cell.increment, cell.peak)]


SHARES = {"wall": "Share", "increment": "Of the most"}
HEADS = {"wall": ("Wall", "CPU", "Waiting"), "increment": ("Added", "Peak")}


def _table(
    report: Report,
    name: str,
    caption: str,
    unit: Unit,
    columns: Callable[[Cell], list[str]],
) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS[name])
    kind = ' class="memory"' if unit == "bytes" else ""
    rows = "".join(_row(report, cell, name, columns(cell)) for cell in ranked(report.cells, name))
    return (
        f"<table{kind}><caption>{caption}</caption><thead><tr>"
        f'<th scope="col">Cell</th><th scope="col" class="source">First line</th>{heads}'
        f'<th scope="col">{SHARES[name]}</th><th scope="col" class="bar"></th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(report: Report, cell: Cell, name: str, values: list[str]) -> str:
    part = share(report, cell, name)
    width = 100 * min(1.0, max(0.0, part or 0.0))
    state = "" if cell.status == "ok" else f" ({escape(cell.status)})"
    cells = "".join(f"<td>{escape(value)}</td>" for value in values)
    source = escape(cell.first_line)
    return (
        f'<tr><td>{cell.number}</td><td class="source" title="{source}">{source}{state}</td>'
        f"{cells}<td>{format_share(part)}</td>"
        f'<td class="bar"><div style="width:{width:.1f}%"></div></td></tr>'
    )
