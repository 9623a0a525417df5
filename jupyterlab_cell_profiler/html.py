"""``text/html`` of a document: a static, coloured table without scripts or links.

It is what nbconvert, a site that shows notebooks, or a JupyterLab without the extension
shows. Every text goes through :func:`html.escape`; styles are inline because such places
keep no style sheet. Colours are set together with a text colour, so that the table reads
on dark pages, too.
"""

from __future__ import annotations

from html import escape

from .digest import BlockDigest, Digest, Row, digest, format_share, format_value
from .document import ProfileDocument

FRAME = "color:#212121;background:#fff;padding:8px;overflow:auto"
TABLE = "border-collapse:collapse;text-align:right;white-space:nowrap"
SOURCE = "text-align:left;white-space:pre;font-family:monospace"


def render(document: ProfileDocument) -> str:
    """The document as a fragment of HTML."""
    short = digest(document)
    parts = [f'<div style="{FRAME}">']
    parts.append(_head(short))
    error = document.get("error")
    if error:
        message = f"{error['name']}: {error['value']}".splitlines()[0]
        parts.append(f"<p><code>{escape(message)}</code></p>")
    parts.extend(_block(block) for block in short.blocks)
    if short.blocks_left_out:
        parts.append(f"<p>and {short.blocks_left_out} more functions</p>")
    parts.extend(f"<p><small>{escape(note)}</small></p>" for note in short.notes)
    parts.append("</div>")
    return "".join(parts)


def _head(short: Digest) -> str:
    state = f" · {escape(short.state)}" if short.state else ""
    totals = " · ".join(f"{escape(label)} <b>{escape(value)}</b>" for label, value in short.totals)
    head = f"<p><b>{escape(short.title)}</b> · {escape(short.tools)}{state}</p>"
    return head + (f"<p>{totals}</p>" if totals else "")


def _block(block: BlockDigest) -> str:
    titles = ("Line", "Hits", "Time", "Per hit", "% of block", "% of wall")
    heads = "".join(f"<th>{title}</th>" for title in titles)
    rows = "".join(_row(row) for row in block.rows)
    more = f"<small>and {block.left_out} cooler lines</small>" if block.left_out else ""
    return (
        f"<p><b>{escape(block.title)}</b>: {escape(format_value(block.time, 'seconds'))}</p>"
        f'<table style="{TABLE}" cellpadding="3">'
        f'<thead><tr>{heads}<th style="{SOURCE}">Source</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
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
    # Amber on white at up to 70 %: black text keeps a contrast above 9 to 1 on it.
    share = min(1.0, row.of_block)
    heat = f' style="background:rgba(255,160,0,{0.7 * share:.2f})"' if share >= 0.01 else ""
    return f'<tr{heat}>{cells}<td style="{SOURCE}">{escape(row.source)}</td></tr>'
