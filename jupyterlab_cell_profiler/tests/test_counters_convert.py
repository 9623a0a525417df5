"""``counters`` from what perf wrote: ``data/raw/perf``, without perf."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from jupyterlab_cell_profiler.profilers import Target, counters
from jupyterlab_cell_profiler.profilers import counter_events as events
from jupyterlab_cell_profiler.profilers.base import OptionError
from jupyterlab_cell_profiler.profilers.counter_notes import notes_of
from jupyterlab_cell_profiler.profilers.counter_reading import counts_of
from jupyterlab_cell_profiler.profilers.counter_refusals import refusal, unknown_event
from jupyterlab_cell_profiler.tests.documents import FOLDER, golden
from jupyterlab_cell_profiler.tests.make_golden_counters import (
    CELL,
    STATEMENT,
    computed,
    document_of,
    raw_of,
)
from jupyterlab_cell_profiler.tests.record_perf import FOLDER as RAW


def said(name: str) -> str:
    return (RAW / f"{name}.txt").read_text("utf-8")


def items(raw: Any) -> dict[str, Any]:
    """Totals by name, the first one of each."""
    found: dict[str, Any] = {}
    for section in counters.convert(raw, Target()):
        assert section["kind"] == "totals"
        for item in section["items"]:
            found.setdefault(item["name"], item)
            if not item["supported"]:
                assert item["value"] is None
                assert item["help"].endswith((".", ")")), item
    return found


def values(raw: Any) -> dict[str, Any]:
    return {name: item["value"] for name, item in items(raw).items()}


def with_output(name: str, *asked: str) -> Any:
    raw = copy.deepcopy(raw_of("cell"))
    raw["perf"]["outputs"] = [said(name)]
    raw["events"] = list(asked) or raw["events"]
    return raw


def refused(reason: str) -> Any:
    raw = copy.deepcopy(raw_of("cell"))
    raw["perf"] = {"reason": reason, "outputs": []}
    return raw


class TestHardware:
    def test_counts_and_what_follows_from_them(self) -> None:
        found = values(computed())
        assert found["cycles"] == 6_412_805_113
        assert found["task_clock"] == pytest.approx(2.0041132)
        assert found["instructions_per_cycle"] == pytest.approx(11_863_689_459 / 6_412_805_113)
        assert found["cache_miss_percent"] == pytest.approx(100 * 9_142_862 / 48_120_331)
        assert found["branch_miss_percent"] == pytest.approx(0.6, abs=0.001)
        assert found["cpus_utilised"] == pytest.approx(2.0041132 / 1.0113)
        assert found["faults_per_second"] == pytest.approx(24_892 / 1.0113)
        assert found["switches_per_second"] == pytest.approx(145 / 1.0113)

    def test_units(self) -> None:
        units = {name: item["unit"] for name, item in items(computed()).items()}
        assert units["task_clock"] == units["run_delay"] == units["kernel_threads"] == "seconds"
        assert units["cycles"] == units["cs"] == units["faults_per_second"] == "count"
        assert units["instructions_per_cycle"] == units["cpus_utilised"] == "ratio"
        assert units["cache_miss_percent"] == "percent"
        assert units["read_bytes"] == units["peak_rss"] == "bytes"

    def test_nothing_is_divided_by_nothing(self) -> None:
        raw = computed()
        text = raw["perf"]["outputs"][0]
        raw["perf"]["outputs"] = [text.replace("6412805113.000000", "0.000000")]
        item = items(raw)["instructions_per_cycle"]
        assert not item["supported"]
        assert "none were counted" in item["help"]

    def test_a_run_without_time(self) -> None:
        raw = computed()
        raw["runs"][0]["wall"] = 0.0
        found = items(raw)
        for name in ("cpus_utilised", "faults_per_second", "switches_per_second"):
            assert not found[name]["supported"]
            assert "too short" in found[name]["help"]


class TestMachinesThatDoNotCount:
    def test_a_virtual_machine(self) -> None:
        found = items(raw_of("cell"))
        for name in ("cycles", "instructions", "cache_misses", "branches", "branch_misses"):
            assert not found[name]["supported"]
            assert "virtual PMU" in found[name]["help"]
        for name in ("instructions_per_cycle", "cache_miss_percent", "branch_miss_percent"):
            assert not found[name]["supported"]
            assert "virtual PMU" in found[name]["help"]
        # 40 MB that were touched for the first time.
        assert found["faults"]["value"] == pytest.approx(40e6 / 4096, rel=0.05)
        assert found["minor_faults"]["value"] == pytest.approx(40e6 / 4096, rel=0.05)
        assert found["write_chars"]["value"] == 1_000_000
        assert notes_of(raw_of("cell")) == []

    def test_without_rights_what_only_the_system_does_is_not_0(self) -> None:
        raw = with_output("unprivileged")
        found = items(raw)
        assert found["faults"]["value"] == 24_415
        assert found["task_clock"]["value"] == pytest.approx(0.056184708)
        for name in ("cs", "migrations"):
            assert not found[name]["supported"]
            assert "perf_event_paranoid" in found[name]["help"]
        (note,) = notes_of(raw)
        assert "only the program’s own code" in note

    def test_events_of_perf_itself(self) -> None:
        asked = ("duration_time", "user_time", "context-switches:u", "msr/tsc/")
        found = items(with_output("tools", *asked))
        assert found["duration_time"]["value"] == pytest.approx(0.22611317)
        assert found["duration_time"]["unit"] == "seconds"
        assert not found["user_time"]["supported"]
        assert "never got to count it" in found["user_time"]["help"]
        assert not found["context_switches_u"]["supported"]
        assert found["msr_tsc"]["value"] == 174_225_454
        assert "cycles" not in found
        assert "instructions_per_cycle" not in found
        # Without a task clock the clock of the process tells.
        assert "User and system time" in found["cpus_utilised"]["help"]

    def test_an_event_that_perf_says_nothing_of(self) -> None:
        found = items(with_output("tools", "duration_time", "cycles"))
        assert not found["cycles"]["supported"]

    def test_counts_in_turns_are_marked(self) -> None:
        raw = with_output("multiplexed")
        found = items(raw)
        assert found["cycles"]["value"] == 6_412_805_113
        assert found["cycles"]["help"].startswith("Estimated: it was counted for 67 % of the time")
        assert found["cache_miss_percent"]["help"].startswith("Estimated:")
        assert "Estimated" not in found["faults"]["help"]
        (note,) = notes_of(raw)
        assert note.startswith("Estimated: cycles, instructions, cache-references")
        assert "50 %" in note

    def test_processors_of_two_kinds(self) -> None:
        asked = ("cycles", "instructions", "branches", "task-clock")
        found = values(with_output("hybrid", *asked))
        assert found["cycles"] == 6_400_000_000
        assert found["instructions"] == 9_800_000_000
        assert found["branches"] is None

    def test_perf_that_does_not_count_at_all(self) -> None:
        raw = refused("The program perf is not installed.")
        found = items(raw)
        for name in events.names_of(events.DEFAULT):
            if name not in ("minor_faults", "major_faults"):
                assert not found[name]["supported"]
                assert found[name]["help"] == "The program perf is not installed."
        assert found["minor_faults"]["supported"]
        assert found["cpus_utilised"]["supported"]
        assert notes_of(raw) == ["perf did not count. The program perf is not installed."]

    def test_a_system_without_getrusage(self) -> None:
        raw = refused("No perf.")
        raw["runs"][0]["usage"] = {"counts": None, "run_delay": None}
        raw["runs"][0]["disk"] = dict.fromkeys(raw["runs"][0]["disk"])
        found = items(raw)
        for name in ("minor_faults", "voluntary_switches", "faults_per_second", "read_bytes"):
            assert not found[name]["supported"]


class TestRepeats:
    def test_all_runs_together(self) -> None:
        raw = raw_of("repeated")
        found = values(raw)
        each = [counts_of(text, raw["events"]) for text in raw["perf"]["outputs"]]
        clocks = [count.value or 0 for counts in each for count in counts if "clock" in count.name]
        assert len(clocks) == found["repeat"] == 4
        assert found["task_clock"] == pytest.approx(sum(clocks))
        assert found["task_clock_mean"] == pytest.approx(sum(clocks) / 4)
        spread = sum((clock - sum(clocks) / 4) ** 2 for clock in clocks) / 3
        assert found["task_clock_deviation"] == pytest.approx(spread**0.5)
        assert found["wall_mean"] == pytest.approx(sum(run["wall"] for run in raw["runs"]) / 4)
        assert found["minor_faults"] == sum(
            run["usage"]["counts"]["minor_faults"] for run in raw["runs"]
        )

    def test_what_a_run_lacks_has_no_mean(self) -> None:
        raw = copy.deepcopy(raw_of("repeated"))
        lines = raw["perf"]["outputs"][1].splitlines()
        raw["perf"]["outputs"][1] = "\n".join(line for line in lines if '"cs"' not in line)
        found = items(raw)
        assert not found["cs"]["supported"]
        assert "cs_mean" not in found
        assert "task_clock_mean" in found

    def test_runs_that_perf_did_not_count(self) -> None:
        raw = copy.deepcopy(raw_of("repeated"))
        raw["perf"]["reason"] = "perf ended while the cell ran."
        found = items(raw)
        assert "task_clock_mean" not in found
        assert found["minor_faults_mean"]["supported"]


def test_nothing_ran() -> None:
    assert counters.convert({}, Target()) == []
    assert counters.convert(raw_of("cell") | {"peak": None}, Target()) == []


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"event": 1, "counter-value": "2"}', '{"event": "cycles"}', "null"]
)
def test_what_is_no_count(line: str) -> None:
    assert counts_of(line, ["cycles"]) == []


def test_a_metric_of_nothing() -> None:
    text = '{"counter-value" : "5.0", "unit" : "", "event" : "cs", "metric-value" : nan}'
    assert [count.value for count in counts_of(text, ["cs"])] == [5]


def test_a_unit_of_its_own() -> None:
    text = '{"counter-value" : "5.25", "unit" : "Joules", "event" : "power/energy-pkg/"}'
    raw = with_output("tools", "power/energy-pkg/")
    raw["perf"]["outputs"] = [text]
    item = items(raw)["power_energy_pkg"]
    assert (item["value"], item["unit"]) == (5.25, "ratio")
    assert item["label"] == "power/energy-pkg/ (Joules)"


@pytest.mark.parametrize(
    ("name", "code", "level", "parts"),
    [
        ("other-user", 255, 2, ("perf_event_paranoid is 2", "set it to 1", "--cap-add PERFMON")),
        ("paranoid", 255, 4, ("perf_event_paranoid is 4", "nobody but root", "set it to 2")),
        ("seccomp", 255, 2, ("hides them from programs", "--cap-add PERFMON")),
        ("seccomp", 255, None, ("keeps no such counters",)),
        ("wrong-kernel", 2, 2, ("linux-tools", "Linux kernel")),
        ("too-old", 129, 2, ("too old",)),
        ("tracepoint", 129, 2, ("Tracepoints", "root")),
    ],
)
def test_refusals(name: str, code: int, level: int | None, parts: tuple[str, ...]) -> None:
    sentence = refusal(said(name), code, level)
    assert unknown_event(said(name)) is None
    for part in parts:
        assert part in sentence
    assert sentence.endswith(("PERFMON.", "version.", "can.", "tracing."))


def test_a_refusal_that_nobody_knows() -> None:
    assert refusal("perf: line 3\n\n  boom", 7, 2).endswith("this kernel: perf: line 3 boom")
    assert refusal("", 7, 2).endswith("it ended with status 7")


def test_an_unknown_event_is_named() -> None:
    assert "no event 'bogus-event'" in str(unknown_event(said("unknown-event")))
    first = "event syntax error: 'nope,cycles'\n                     \\___ parser error"
    assert "no event 'nope'" in str(unknown_event(first))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, list(events.DEFAULT)),
        ("", list(events.DEFAULT)),
        ([], list(events.DEFAULT)),
        ("cycles", ["cycles"]),
        (" cycles, cs ,cycles,", ["cycles", "cs"]),
        (["cycles", "cs,faults"], ["cycles", "cs", "faults"]),
        ("cpu/event=0x3c,umask=0x1/,cs", ["cpu/event=0x3c,umask=0x1/", "cs"]),
        ("{cycles,instructions}:S,cs", ["{cycles,instructions}:S", "cs"]),
        ("sched:sched_switch,cycles:u", ["sched:sched_switch", "cycles:u"]),
    ],
)
def test_events(given: Any, found: list[str]) -> None:
    assert events.checked_events(given) == found


@pytest.mark.parametrize(
    "given", ["--all-cpus", "-a", "cycles;ls", "$(ls)", "a b", 5, [1], {"a": 1}, "/etc/passwd"]
)
def test_events_that_are_none(given: Any) -> None:
    with pytest.raises(OptionError), counters.capture(Target(), {"events": given}):
        pass


def test_too_many_events() -> None:
    with pytest.raises(OptionError, match="At most 100"):
        counters.checked({"events": [f"r{n:x}" for n in range(101)]})


@pytest.mark.parametrize("repeat", [0, -1, 1.5, True, "2", 1001])
def test_repeats_that_cannot_be(repeat: Any) -> None:
    with pytest.raises(OptionError, match="runs 1 to 1000 times"):
        counters.checked({"repeat": repeat})


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("cache-misses", "cache_misses"),
        ("context-switches", "cs"),
        ("page-faults", "faults"),
        ("cpu-migrations", "migrations"),
        ("L1-dcache-loads", "l1_dcache_loads"),
        ("cycles:u", "cycles_u"),
        ("cpu_core/cycles/", "cycles"),
        ("msr/tsc/", "msr_tsc"),
        ("sched:sched_switch", "sched_sched_switch"),
    ],
)
def test_names_in_documents(event: str, name: str) -> None:
    assert events.item_name(event) == name


def test_names_of_a_group() -> None:
    asked = ["{cycles,instructions}:S", "cs"]
    assert events.names_of(asked) == ["cycles", "instructions", "cs"]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("counters-cell", document_of(61, computed(), CELL, "cell")),
        ("counters-unsupported", document_of(62, raw_of("cell"), CELL, "cell")),
        ("counters-repeated", document_of(63, raw_of("repeated"), STATEMENT, "statement")),
    ],
)
def test_golden_documents_are_what_is_made_of_them(name: str, document: Any) -> None:
    assert json.loads(json.dumps(document)) == golden(name), f"make them anew, in {FOLDER}"
