"""speedscope's own format: evented and sampled profiles, each a thread.

https://www.speedscope.app/file-format-schema.json. py-spy writes it, and so does our Export.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..document import Section, Unit, total
from ..profilers.base import Target
from ..profilers.stack_samples import Frame
from .build import Opened
from .errors import Broken
from .sampled import DEEPEST, NANO, Stacks, main_of, sections
from .sampled_lines import Part
from .values import amount, finite, index, line_of, listed, record, short, text

SECONDS = {"nanoseconds": 1e-9, "microseconds": 1e-6, "milliseconds": 1e-3, "seconds": 1.0}
PROFILES = 200_000
ENTRIES = 60_000_000
"""Frames of all samples together."""
LINES = ("py-spy", "jupyterlab-cell-profiler")
"""Writers whose frames stand at the line that ran; others say where a function begins."""


def convert(file: Any) -> Opened:
    """A ``stacks`` section for each unit, with a thread for each profile."""
    frames = _frames(file)
    profiles = listed(file.get("profiles"), "profiles")
    if len(profiles) > PROFILES:
        raise Broken("it has too many profiles")
    exporter = short(str(file.get("exporter") or ""), 100)
    writer, _, version = exporter.partition("@")
    found: dict[Unit, Stacks] = {}
    counts: dict[Unit, int] = {}
    span, entries = 0.0, 0
    for number, one in enumerate(profiles):
        profile = record(one, f"profile {number}")
        unit, scale = _unit(profile.get("unit"))
        stacks = found.setdefault(unit, Stacks())
        thread = stacks.thread(text(profile.get("name", ""), "a name") or f"profile {number + 1}")
        if profile.get("type") == "sampled":
            looks, size = _sampled(stacks, thread, profile, frames, scale)
            counts[unit] = counts.get(unit, 0) + looks
            entries += size
            if entries > ENTRIES:
                raise Broken("its stacks have too many frames")
        elif profile.get("type") == "evented":
            _evented(stacks, thread, profile, frames, scale)
        else:
            raise Broken(f"profile {number} is neither sampled nor evented")
        if unit == "seconds":
            start, end = profile.get("startValue", 0), profile.get("endValue", 0)
            span = max(span, (finite(end, "endValue") - finite(start, "startValue")) * _each(unit))
    ours = writer.startswith(LINES)
    parts = [
        Part(
            stacks.done(),
            unit,
            _each(unit),
            "time" if unit == "seconds" else str(unit),
            counts.get(unit),
        )
        for unit, stacks in sorted(found.items(), key=lambda item: item[0] != "seconds")
    ]
    notes = [note for stacks in found.values() for note in stacks.notes]
    if not ours:
        notes.append("A frame is at the line where its function begins.")
    return Opened(
        profiler="stacks",
        tool=writer or "speedscope",
        version=version,
        make=lambda target, nodes: _make(parts, target, nodes, ours),
        main=main_of(parts[0].tree) if parts else None,
        notes=notes,
    )


def _make(parts: list[Part], target: Target, nodes: int, lines: bool) -> list[Section]:
    made = sections(parts, target, nodes, lines=lines)
    if not made or parts[0].unit != "seconds":
        return made
    spent = sum(node.own for node in parts[0].tree.nodes) * parts[0].each
    help = "All threads together, as their stacks say."
    item = total("sampled_time", "Time in stacks", spent, "seconds", help)
    return [{"kind": "totals", "items": [item]}, *made]


def _frames(file: Any) -> list[Frame]:
    shared = record(record(file, "the file").get("shared"), "shared")
    found: list[Frame] = []
    for number, one in enumerate(listed(shared.get("frames"), "shared.frames")):
        frame = record(one, f"frame {number}")
        path = frame.get("file")
        found.append(
            (
                text(frame.get("name"), "the name of a frame") or "(unknown)",
                text(path, "the file of a frame", 1000) if path is not None else "",
                line_of(frame.get("line")),
            )
        )
    return found


def _unit(value: object) -> tuple[Unit, float]:
    """Our unit, and how many ticks one of theirs is."""
    if isinstance(value, str) and value in SECONDS:
        return "seconds", SECONDS[value] / NANO
    if value == "bytes":
        return "bytes", 1.0
    if value == "none":
        return "count", 1.0
    raise Broken("the unit of a profile is none that speedscope knows")


def _each(unit: Unit) -> float:
    return NANO if unit == "seconds" else 1


def _sampled(
    stacks: Stacks, thread: int, profile: Mapping[str, Any], frames: list[Frame], scale: float
) -> tuple[int, int]:
    samples = listed(profile.get("samples"), "samples")
    weights = listed(profile.get("weights"), "weights")
    if len(samples) != len(weights):
        raise Broken("a profile has not as many weights as samples")
    at, size, looks = 0, 0, 0
    nodes: dict[tuple[int, ...], int] = {}
    for sample, weight in zip(samples, weights, strict=True):
        ticks = round(amount(weight, "a weight") * scale)
        stack = listed(sample, "a sample")
        size += len(stack)
        if len(stack) > DEEPEST or size > ENTRIES:
            raise Broken("its stacks are too deep")
        if stack:  # Without frames it is a gap.
            key = tuple(stack)
            node = nodes.get(key)
            if node is None:
                node = stacks.node(
                    (frames[index(frame, len(frames), "a sample")] for frame in stack), thread
                )
                if len(nodes) < 100_000:
                    nodes[key] = node
            stacks.spend(node, ticks, at, 1)
            looks += 1
        at += ticks
    return looks, size


def _evented(
    stacks: Stacks, thread: int, profile: Mapping[str, Any], frames: list[Frame], scale: float
) -> None:
    begin = finite(profile.get("startValue", 0), "startValue")
    opened: list[tuple[int, int]] = []
    last = 0
    for one in listed(profile.get("events"), "events"):
        event = record(one, "an event")
        now = round(amount(finite(event.get("at"), "a time") - begin, "a time") * scale)
        if now < last:
            raise Broken("its events are not in the order of time")
        if opened and now > last:
            stacks.spend(opened[-1][0], now - last, last)
        last = now
        number = index(event.get("frame"), len(frames), "an event")
        if event.get("type") == "O":
            if len(opened) >= DEEPEST:
                raise Broken("its stacks are too deep")
            at = opened[-1][0] if opened else -1
            opened.append((stacks.below(at, frames[number], thread), number))
        elif event.get("type") == "C" and opened and opened[-1][1] == number:
            opened.pop()
        else:
            raise Broken("a frame closes that is not the last one which opened")
    end = round(max(0.0, finite(profile.get("endValue", 0), "endValue") - begin) * scale)
    if opened and end > last:
        stacks.spend(opened[-1][0], end - last, last)
