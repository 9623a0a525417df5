"""text/plain and text/html of documents: safe, bounded, and telling the same."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from jupyterlab_cell_profiler import html, text
from jupyterlab_cell_profiler.document import values_of
from jupyterlab_cell_profiler.figures import format_share, format_value
from jupyterlab_cell_profiler.tests.documents import GOLDEN, golden

TAGS = {
    "div",
    "p",
    "b",
    "i",
    "small",
    "code",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


class Reader(HTMLParser):
    """Elements, attributes and text of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.other: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "elements are nested"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def hostile(value: Any, index: list[int]) -> Any:
    """A document with markup in each of its free strings."""
    kept = {"kind", "unit", "status", "started", "version"}
    attacks = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "<a href='javascript:alert(1)'>x</a>",
        "</td></table><style>*{display:none}</style>",
        "<!-- <b>",
        "&lt;script&gt;&amp;",
        "]]><svg onload=alert(1)>",
        "\x1b[31mred\x07\x00\u202e",
    )
    if isinstance(value, dict):
        return {
            key: item
            if key in kept or (key == "name" and "unit" in value)
            else hostile(item, index)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [hostile(item, index) for item in value]
    if isinstance(value, str):
        index[0] += 1
        return attacks[index[0] % len(attacks)] + value
    return value


def assert_safe(source: str) -> Reader:
    reader = Reader(source)
    assert reader.open == [], "every element ends"
    assert reader.other == [], "no comments or declarations"
    assert {tag for tag, _ in reader.tags} <= TAGS
    for tag, attributes in reader.tags:
        assert set(attributes) <= {"style", "class", "cellpadding"}, (tag, attributes)
        style = attributes.get("style") or ""
        assert "url(" not in style
        assert "expression" not in style
    return reader


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("attack", range(9))
def test_no_markup_of_a_stranger(name: str, attack: int) -> None:
    document = hostile(golden(name), [attack])
    assert_safe(html.render(document))
    assert len(html.render(document)) < 100_000
    assert len(text.render(document)) < 100_000


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_document(name: str) -> None:
    document = golden(name)
    before = copy.deepcopy(document)
    source, plain = html.render(document), text.render(document)
    assert document == before, "a document is only read"
    reader = assert_safe(source)
    shown = "".join(reader.texts)
    assert len(source) < 64_000
    assert len(plain) < 32_000
    # Both say what it is and which tool measured it.
    for profiler in document["profilers"]:
        if len(profiler["tool"]) < 60:
            assert profiler["tool"] in plain
            assert profiler["tool"] in shown
    for section in document["sections"]:
        if section["kind"] == "totals":
            for item in section["items"]:
                if item["supported"] and len(item["label"]) < 60:
                    value = format_value(item["value"], item["unit"])
                    assert value in plain
                    assert value in shown


@pytest.mark.parametrize("name", ["lines-cell", "lines-methods", "lines-statement"])
def test_hot_lines_are_in_both(name: str) -> None:
    document = golden(name)
    plain = text.render(document)
    shown = "".join(assert_safe(html.render(document)).texts)
    times = [
        (time or 0.0, section, index)
        for section in document["sections"]
        if section["kind"] == "lines"
        for index, time in enumerate(values_of(section, "time"))
    ]
    times.sort(key=lambda entry: entry[0], reverse=True)
    for _, section, index in times[:5]:
        number = section["lines"][index]
        file = document["files"][section["file"]]
        source = file["source"][number - file.get("firstLine", 1)].strip()
        hits = f"{int(values_of(section, 'hits')[index] or 0):,}"
        for rendered in (plain, shown):
            assert source[:60] in rendered
            assert hits in rendered


def test_warmest_row_is_the_hottest_line() -> None:
    document = golden("lines-cell")
    (block, *_) = sorted(
        (s for s in document["sections"] if s["kind"] == "lines"),
        key=lambda s: -sum(v or 0.0 for v in values_of(s, "time")),
    )
    times = dict(zip(block["lines"], values_of(block, "time"), strict=True))
    hottest = max(times, key=lambda line: times[line] or 0.0)
    source = html.render(document)
    colours = re.findall(r'<tr style="[^"]*background:([^;"]+)[^"]*"><td[^>]*>(\d+)<', source)
    assert len({colour for colour, _ in colours}) > 1, "rows differ in heat"
    first = [colour for colour, line in colours if int(line) == hottest]
    assert [colour for colour, _ in colours].count(first[0]) == 1


def test_colours_do_not_depend_on_the_page() -> None:
    # JupyterLab gives tables the theme's text colour and their rows its backgrounds: on a
    # dark page one without the other is unreadable.
    rows = 0
    for tag, attributes in assert_safe(html.render(golden("lines-cell"))).tags:
        style = attributes.get("style") or ""
        declared = {part.partition(":")[0].strip() for part in style.split(";")}
        if tag in ("div", "table"):
            assert "color" in declared
        if tag == "tr":
            rows += 1
            # The first row is the head, which has no background of the theme.
            assert rows == 1 or {"background", "background-color"} & declared
    assert rows > 3


@pytest.mark.parametrize("name", ["error", "interrupted", "syntax-error"])
def test_ending_is_said(name: str) -> None:
    document = golden(name)
    shown = "".join(assert_safe(html.render(document)).texts)
    for rendered in (text.render(document), shown):
        if document["status"] == "interrupted":
            assert "interrupted" in rendered
        else:
            assert document["error"]["name"] in rendered


def test_notes_are_said() -> None:
    document = golden("lines-cell")
    document["profilers"][0]["notes"] = ["A sentence for people."]
    assert "A sentence for people." in text.render(document)
    assert "A sentence for people." in html.render(document)


def test_truncation_is_bounded_for_large_documents() -> None:
    document = golden("lines-cell")
    (template, *_) = (s for s in document["sections"] if s["kind"] == "lines")
    document["sections"] = [{**template, "name": "f" * 200 + str(i)} for i in range(300)]
    assert len(text.render(document)) < 40_000
    assert len(html.render(document)) < 80_000
    assert "more functions" in text.render(document)
    assert "more functions" in html.render(document)


def test_empty_message_of_an_error() -> None:
    document = golden("error")
    document["error"] = {"name": "E", "value": ""}
    assert "E" in text.render(document)
    document["error"] = {"name": "", "value": ""}
    assert text.render(document)
    assert_safe(html.render(document))


def test_error_of_many_lines_shows_its_first() -> None:
    document = golden("error")
    document["error"] = {"name": "E", "value": "first\nsecond"}
    assert "second" not in text.render(document)
    assert "second" not in html.render(document)


def test_terminal_controls_do_not_reach_text() -> None:
    document = golden("lines-cell")
    document["title"] = "a\x1b[2Jb\x07"
    for file in document["files"]:
        file["source"] = ["\x1b[31m" + line for line in file.get("source", [])]
    rendered = text.render(document)
    assert "\x1b" not in rendered
    assert "\x07" not in rendered


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, "seconds", "–"),
        (0.0, "seconds", "0 s"),
        (2.414, "seconds", "2.41 s"),
        (123.4, "seconds", "123 s"),
        (0.0123, "seconds", "12.3 ms"),
        (12.3e-6, "seconds", "12.3 µs"),
        (123e-9, "seconds", "123 ns"),
        (1_500_000, "bytes", "1.5 MB"),
        (999, "bytes", "999 B"),
        (98.6, "percent", "99 %"),
        (1234567, "count", "1,234,567"),
        (0.5, "ratio", "0.5"),
    ],
)
def test_values_for_people(value: float | None, unit: Any, shown: str) -> None:
    assert format_value(value, unit) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.9999, "1 s"), (0.99949, "999 ms"), (0.0009999, "1 ms"), (999.6e-9, "1 µs")],
)
def test_rounding_does_not_show_1000(seconds: float, shown: str) -> None:
    assert format_value(seconds, "seconds") == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "–"), (0.0, "0.0 %"), (0.0123, "1.2 %"), (0.5, "50 %"), (1, "100 %")],
)
def test_shares_for_people(share: float | None, shown: str) -> None:
    assert format_share(share) == shown
