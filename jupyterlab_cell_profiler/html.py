"""``text/html`` of a document: a static, coloured table without scripts or links.

It is what nbconvert, a site that shows notebooks, or a JupyterLab without the extension
shows. Every text goes through :func:`html.escape`; styles are inline because such places
keep no style sheet. Colours are set together with a text colour, so that the table reads
on dark pages, too.
"""

from __future__ import annotations

from html import escape

from .digest import Digest, digest
from .digest_lines import BlockDigest, MemoryBlock, Row
from .document import ProfileDocument
from .figures import format_share, format_value

FRAME = "color:#212121;background:#fff;padding:8px;overflow:auto"
TABLE = "color:#212121;background:#fff;border-collapse:collapse;text-align:right;white-space:nowrap"
SOURCE = "text-align:left;white-space:pre;font-family:monospace"

WORDS = "text-align:left;white-space:normal;min-width:220px"


def render(document: ProfileDocument) -> str:
    """The document as a fragment of HTML."""
    short = digest(document)
    parts = [f'<div style="{FRAME}">']
    parts.append(_head(short))
    error = document.get("error")
    if error:
        message = f"{error['name']}: {error['value']}".splitlines()[0]
        parts.append(f"<p><code>{escape(message)}</code></p>")
    if short.counters:
        parts.append(_counters(short))
    if short.functions:
        parts.append(_functions(short))
    if short.objects:
        parts.append(_objects(short))
    parts.extend(_block(block) for block in short.blocks)
    if short.blocks_left_out:
        parts.append(f"<p>and {short.blocks_left_out} more functions</p>")
    parts.extend(_memory(block) for block in short.memory)
    if short.memory_left_out:
        parts.append(f"<p>and {short.memory_left_out} more functions</p>")
    parts.extend(f"<p><small>{escape(note)}</small></p>" for note in short.notes)
    parts.append("</div>")
    return "".join(parts)


def _head(short: Digest) -> str:
    state = f" · {escape(short.state)}" if short.state else ""
    totals = " · ".join(f"{escape(label)} <b>{escape(value)}</b>" for label, value in short.totals)
    head = f"<p><b>{escape(short.title)}</b> · {escape(short.tools)}{state}</p>"
    return head + (f"<p>{totals}</p>" if totals else "")


def _counters(short: Digest) -> str:
    style = "color:#212121;background:#fff"
    each = ("Each run",) if any(row.each for row in short.counters) else ()
    heads = "".join(f"<th>{title}</th>" for title in ("Value", *each))
    rows = []
    for row in short.counters:
        cells = "".join(f"<td>{escape(v)}</td>" for v in (row.value, *([row.each] if each else [])))
        rows.append(
            f'<tr style="{style}"><td style="{SOURCE}">{escape(row.label)}</td>{cells}'
            f'<td style="{WORDS}">{escape(row.note)}</td></tr>'
        )
    return (
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr style="{style}"><th style="{SOURCE}">Counter</th>{heads}<th></th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _functions(short: Digest) -> str:
    heads = "".join(f"<th>{title}</th>" for title in ("Calls", "Self", "Total"))
    rows = []
    for row in short.functions:
        times = (format_value(row.self_time, "seconds"), format_value(row.total_time, "seconds"))
        cells = "".join(f"<td>{escape(value)}</td>" for value in (row.calls, *times))
        style = "color:#212121;background:#fff"
        rows.append(
            f'<tr style="{style}">{cells}<td style="{SOURCE}">{escape(row.title)}</td></tr>'
        )
    left = short.functions_left_out
    more = f"<small>and {left} more functions</small>" if left else ""
    return (
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr style="color:#212121;background:#fff">{heads}'
        f'<th style="{SOURCE}">Function</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{more}"
    )


def _objects(short: Digest) -> str:
    style = "color:#212121;background:#fff"
    heads = "".join(f"<th>{title}</th>" for title in ("Size", "Added", "Objects"))
    names = "".join(f'<th style="{SOURCE}">{title}</th>' for title in ("Variable", "Type", ""))
    rows = []
    for row in short.objects:
        cells = "".join(f"<td>{escape(v)}</td>" for v in (row.size, row.added, row.count))
        texts = "".join(
            f'<td style="{SOURCE}">{escape(v)}</td>' for v in (row.name, row.type, row.note)
        )
        rows.append(f'<tr style="{style}">{cells}{texts}</tr>')
    left = short.objects_left_out
    more = f"<small>and {left} more variables</small>" if left else ""
    return (
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr style="{style}">{heads}{names}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{more}"
    )


def _block(block: BlockDigest) -> str:
    titles = ("Line", *block.columns, "% of block", "% of wall")
    heads = "".join(f"<th>{title}</th>" for title in titles)
    rows = "".join(_row(row) for row in block.rows)
    more = f"<small>and {block.left_out} cooler lines</small>" if block.left_out else ""
    return (
        f"<p><b>{escape(block.title)}</b>: {escape(format_value(block.time, 'seconds'))}</p>"
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr style="color:#212121;background:#fff">{heads}'
        f'<th style="{SOURCE}">Source</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def _memory(block: MemoryBlock) -> str:
    heads = "".join(f"<th>{escape(title)}</th>" for title in ("Line", *block.columns))
    rows = []
    for row in block.rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (str(row.number), *row.cells))
        style = f"color:#212121;background:{_heat(row.share)}"
        source = f'<td style="{SOURCE}">{escape(row.source)}</td>'
        rows.append(f'<tr style="{style}">{cells}{source}</tr>')
    more = f"<small>and {block.left_out} lines with less</small>" if block.left_out else ""
    return (
        f"<p><b>{escape(block.title)}</b>: {escape(block.amount)}</p>"
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr style="color:#212121;background:#fff">{heads}'
        f'<th style="{SOURCE}">Source</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{more}"
    )


def _row(row: Row) -> str:
    values = (
        str(row.number),
        f"{row.hits:,}",
        format_value(row.time, "seconds"),
        format_value(row.per_hit, "seconds"),
        format_share(row.of_block),
        format_share(row.of_run),
    )
    cells = "".join(f"<td>{escape(value)}</td>" for value in values)
    style = f"color:#212121;background:{_heat(row.of_block)}"
    source = f'<td style="{SOURCE}">{escape(row.source)}</td>'
    return f'<tr style="{style}">{cells}{source}</tr>'


def _heat(share: float) -> str:
    """White to amber. Opaque, since pages give rows backgrounds of their own; the dark
    text keeps a contrast above 9 to 1 on it."""
    warmth = 0.7 * min(1.0, max(0.0, share))
    green, blue = round(255 - 95 * warmth), round(255 - 255 * warmth)
    return f"#ff{green:02x}{blue:02x}"
