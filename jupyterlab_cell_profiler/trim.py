"""Keep a document within the size that a notebook should carry. Pure.

What goes first is what a reader misses least: cold blocks, then long sources, then cold
lines. The document says that something was left out (``truncated``), and a block that
loses lines gets their sum in its profiler's notes, so that no time vanishes silently.
"""

from __future__ import annotations

import json

from .document import MEMORY, LinesSection, ProfileDocument, block_memory, block_time, values_of

BUDGET = 512_000
"""Bytes of JSON that no document exceeds."""
LINE_LIMIT = 400
"""Characters of a source line; longer ones are cut."""
CUT = " …"


def size_of(document: ProfileDocument) -> int:
    """Bytes of the document as JSON without white space, in UTF-8."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(text.encode("utf-8", "surrogatepass"))


def fit(document: ProfileDocument, budget: int = BUDGET) -> ProfileDocument:
    """Shorten a document in place until it fits the budget, and return it."""
    _cut_long_lines(document)
    if size_of(document) <= budget:
        return document
    document["truncated"] = True
    for keep in (50, 20, 10, 5):
        _keep_hottest_blocks(document, keep)
        if size_of(document) <= budget:
            return document
    for limit in (1000, 300, 100):
        _keep_hottest_lines(document, limit)
        if size_of(document) <= budget:
            return document
    for file in document["files"]:
        file.pop("source", None)
    document["target"].pop("source", None)
    return document


def _cut_long_lines(document: ProfileDocument) -> None:
    for file in document["files"]:
        source = file.get("source")
        if source and any(len(line) > LINE_LIMIT for line in source):
            file["source"] = [
                line if len(line) <= LINE_LIMIT else line[:LINE_LIMIT] + CUT for line in source
            ]
            document["truncated"] = True
    value = document.get("error", {}).get("value", "")
    if isinstance(value, str) and len(value) > 2000:
        document["error"]["value"] = value[:2000] + CUT


def _blocks(document: ProfileDocument) -> list[LinesSection]:
    return [section for section in document["sections"] if section["kind"] == "lines"]


def _note(document: ProfileDocument, sentence: str) -> None:
    for profiler in document["profilers"]:
        if profiler["name"] in ("lines", "stacks", "overview", "memory_lines", "scalene"):
            profiler["notes"].append(sentence)
            return


def _weight(section: LinesSection) -> tuple[float, float]:
    return block_time(section), block_memory(section) or 0.0


def _weights(section: LinesSection) -> list[float]:
    """Of each line: its time, or its memory where that was measured."""
    if block_memory(section) is None:
        return [value or 0.0 for value in values_of(section, "time")]
    columns = [values_of(section, name) for name in MEMORY]
    return [max(0.0, one or 0.0, other or 0.0) for one, other in zip(*columns, strict=True)]


def _order(section: LinesSection, weights: list[float]) -> list[int]:
    """The lines by their weight; where both were measured, by their time or their memory."""
    times = [value or 0.0 for value in values_of(section, "self_time")]
    shares = [
        [value / most if (most := max(values, default=0.0)) else 0.0 for value in values]
        for values in (weights, times)
    ]
    return sorted(
        range(len(weights)), key=lambda i: max(share[i] for share in shares), reverse=True
    )


def _sum(sections: list[LinesSection]) -> str:
    memory = [found for found in map(block_memory, sections) if found is not None]
    if memory:
        return f"{sum(memory) / 1e6:.3g} MB"
    return f"{sum(map(block_time, sections)):.3g} s"


def _keep_hottest_blocks(document: ProfileDocument, keep: int) -> None:
    blocks = sorted(_blocks(document), key=_weight, reverse=True)
    cold = blocks[keep:]
    if not cold:
        return
    document["sections"] = [s for s in document["sections"] if not any(s is c for c in cold)]
    used = {section["file"] for section in _blocks(document)} | {0}
    for index, file in enumerate(document["files"]):
        if index not in used:
            file.pop("source", None)
    _note(
        document,
        f"{len(cold)} functions with {_sum(cold)} in their lines were left out "
        "to keep the notebook small.",
    )


def _keep_hottest_lines(document: ProfileDocument, limit: int) -> None:
    for section in _blocks(document):
        count = len(section["lines"])
        if count <= limit:
            continue
        times = _weights(section)
        hottest = _order(section, times)
        kept = sorted(hottest[:limit])
        rest = sum(times[i] for i in hottest[limit:])
        much = f"{rest:.3g} s" if block_memory(section) is None else f"{rest / 1e6:.3g} MB"
        section["lines"] = [section["lines"][i] for i in kept]
        for column in section["columns"]:
            column["values"] = [column["values"][i] for i in kept]
        _note(
            document,
            f"{count - limit} lines of {section.get('name', 'the top level')} with "
            f"{much} were left out to keep the notebook small.",
        )
