"""Cells behave under a profiler as they do without one.

Each case of the table runs plainly, by the button's road, and below ``%%profile`` on a
first line. All messages are compared in their order, then what is left in the shell. For
the first line the plain run has a comment there, so that line numbers must agree.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from jupyterlab_cell_profiler import profilers

from .case import ANY, Case, Difference, Step
from .cells import CASES
from .conftest import Kernels
from .live import ROOT, LiveKernel, Message, Run

HERE = [name for name in profilers.NAMES if not profilers.is_apart(name)]
"""Profilers under which a cell runs in the kernel, as it does plainly."""
ROADS = ("button", "magic")
ALWAYS_USED = ("overview", "lines")
"""Profilers under which each cell runs, by turns of the roads, unless all are asked for
(``--every-road``): the usual one and the one that does most to a cell."""
COMMENT = "# first line"
"""What the plain run has where the profiled one has ``%%profile``."""
DIFFERENCES = ROOT / "docs" / "differences.md"
SCHEMA = json.loads(
    (ROOT / "jupyterlab_cell_profiler" / "document.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)


@dataclass
class Record:
    """What one case did, in a form that can be compared."""

    steps: list[dict[str, Any]]
    state: dict[str, Any]
    residue: list[str]
    ended: bool


# Running -----------------------------------------------------------------------------


def starts_with_cell_magic(step: Step) -> bool:
    return step.code.lstrip().startswith("%%")


def source_of(step: Step, road: str, name: str) -> str:
    """The cell as it is sent on a road."""
    if road == "magic" and step.profiled:
        return f"%%profile {name}\n{step.code}"
    # A cell magic has to stay the first line, and so it may below our line.
    if road == "shifted" and step.profiled and not starts_with_cell_magic(step):
        return f"{COMMENT}\n{step.code}"
    return step.code


def play(kernel: LiveKernel, case: Case, road: str, name: str) -> list[Run]:
    """Run the cells of a case."""
    runs: list[Run] = []
    arming: list[Run] = []
    for number, step in enumerate(case.steps):
        cell_id = f"cell-{number}"
        # Every road sends a silent request here, since that may have effects, too.
        if road == "button" and step.profiled:
            arming.append(kernel.send_arm(cell_id, name, path="notebook.ipynb"))
        else:
            arming.append(kernel.silently("1"))
        if not case.queued:
            kernel.wait(arming)
        run = kernel.send(
            source_of(step, road, name),
            cell_id=cell_id,
            answers=step.answers,
            interrupt=step.interrupt,
            **step.options,
        )
        runs.append(run)
        if not case.queued:
            kernel.wait([run])
    kernel.wait(runs)
    return runs


def record_of(kernels: Kernels, case: Case, road: str, name: str) -> tuple[Record, list[Run]]:
    """Run a case from a fresh start and look at what is left."""
    role = {"shifted": "plain"}.get(road, road)
    kernel = kernels.get(role)
    normalise = Normaliser(kernel.directory, case, road)
    try:
        runs = play(kernel, case, road, name)
        ended = kernel.wait_for_end() if case.fatal else False
        state, residue = {}, []
        if not case.fatal:
            state = kernel.inside("state()")
            residue = kernel.inside("residue()")
    except BaseException:
        kernels.discard(role)
        raise
    if case.fatal or residue:
        kernels.discard(role)
    if case.needs:
        # A library adds filters when it is imported for the first time in a kernel.
        state.pop("warning filters", None)
    if road == "magic" and state:
        # Our first line is blank in the transformed source.
        state["In"] = [source.removeprefix("\n") for source in state["In"]]
    steps = [
        normalise(comparable(run, case, step)) for run, step in zip(runs, case.steps, strict=True)
    ]
    return Record(steps, normalise(state), residue, ended), runs


@pytest.fixture(scope="session")
def plain(kernels: Kernels) -> Callable[[Case, str], Record]:
    """The plain run of a case, made once for all profilers."""
    known: dict[tuple[str, str], Record] = {}

    def run(case: Case, road: str) -> Record:
        key = (case.id, road)
        if key not in known:
            known[key], _ = record_of(kernels, case, road, "")
        return known[key]

    return run


# Comparing ---------------------------------------------------------------------------


def comparable(run: Run, case: Case, step: Step) -> dict[str, Any]:
    """The messages of a cell without profiles, writes to one stream joined."""
    messages: list[list[Any]] = []
    for message in run.messages:
        if message.document is not None or message.live is not None:
            continue
        last = messages[-1] if messages else None
        if (
            message.type == "stream"
            and last is not None
            and last[0] == "stream"
            and last[1]["name"] == message.content["name"]
        ):
            last[1]["text"] += message.content["text"]
        else:
            messages.append([message.type, dict(message.content)])
    # Input requests come on a channel of their own: no order with the others is promised.
    requests = [message for message in messages if message[0] == "input_request"]
    messages = [message for message in messages if message[0] != "input_request"]
    return {"messages": messages, "input requests": requests, "reply": run.reply}


class Normaliser:
    """Replaces what differs between any two runs of a cell, and nothing else."""

    ALWAYS = (
        # Files of cells: process and hash of the source, which has another first line.
        (re.compile(r"ipykernel_\d+[/\\]\d+\.py"), "ipykernel_0/0.py"),
        (re.compile(r"(?<![\w.-])\d{5,}\.py\b"), "0.py"),
        (re.compile(r"\b0x[0-9a-fA-F]{6,}"), "0x0"),
    )
    COLOUR = r"\x1b\[[0-9;]*m"
    # Of displays, comms and widgets; of messages, which have process and number behind.
    IDS = re.compile(
        r"\b[0-9a-f]{8}-[0-9a-f]{24}_\d+_\d+\b"
        r"|(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])"
    )
    # Unit and number: "12.3 ns ± 0 ns", "1min 2s".
    TIMES = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?(?: ?(?:ns|µs|μs|us|ms|s|min|h)\b)?")

    def __init__(self, directory: Path, case: Case, road: str) -> None:
        self._directory = str(directory)
        self._case = case
        self._first_line = {"shifted": COMMENT, "magic": "%%profile"}.get(road)
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self._text(key): self(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            items = [self(item) for item in value]
            if self._case.repeats:
                items = [item for item, _ in itertools.groupby(items)]
            return items
        return value

    def _text(self, text: str) -> str:
        text = text.replace(self._directory, "<directory>")
        for pattern, replacement in self.ALWAYS:
            text = pattern.sub(replacement, text)
        text = self.IDS.sub(self._name_of_id, text)
        if self._first_line is not None:
            text = self._without_first_line(text)
        if self._case.repeats:
            text = re.sub(r"\(\d+ times\)", "(some times)", text)
        if self._case.digits:
            text = self.TIMES.sub("<n>", text)
        return text

    def _name_of_id(self, match: re.Match[str]) -> str:
        return self._ids.setdefault(match[0], f"<id {len(self._ids)}>")

    def _without_first_line(self, text: str) -> str:
        """Source without its first line; listings in tracebacks without theirs."""
        if text.startswith(("%%profile ", COMMENT)):
            return text.partition("\n")[2]
        # In the history the line stays. A listing may show it, blank where it was ours:
        # older versions of IPython leave blank lines out.
        text = re.sub(r"(?m)^%%profile \w+$", "", text)
        text = re.sub(rf"(?:{self.COLOUR})*{COMMENT}(?:{self.COLOUR})*", "", text)
        text = re.sub(rf"(?m)^(?:{self.COLOUR})* {{6}}1(?:{self.COLOUR})* *\n", "", text)
        return text


def masked(value: Any, differences: list[Difference]) -> Any:
    """Bring known differences of a profiled run back to what a plain run says.

    Raises
    ------
    AssertionError
        When one of them is no longer there: then it must be taken off the list.
    """
    counts = dict.fromkeys(differences, 0)

    def mask(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: mask(content) for key, content in item.items()}
        if isinstance(item, list):
            pairs = [(content, mask(content)) for content in item]
            # A frame that is replaced by nothing is gone from its list, too.
            return [new for old, new in pairs if new != "" or old == ""]
        if isinstance(item, str):
            for difference in differences:
                item, count = re.subn(difference.pattern, difference.replacement, item)
                counts[difference] += count
        return item

    result = mask(value)
    for difference, count in counts.items():
        assert count, f"the difference “{difference.key}” is gone"
    return result


def unequal(expected: Any, actual: Any, place: str) -> Iterator[str]:
    """Where two records differ, one sentence for each place."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in dict.fromkeys([*expected, *actual]):
            missing = "<missing>"
            yield from unequal(
                expected.get(key, missing), actual.get(key, missing), f"{place}/{key}"
            )
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from unequal(one, other, f"{place}/{index}")
    elif expected != actual:
        yield f"{place}: plain {expected!r}, profiled {actual!r}"


def expected_status(step: Step, road: str) -> str:
    """Of the profile; "none" when there must be none."""
    if not step.profiled:
        return "none"
    return step.below if road == "magic" and step.below else step.status


def check_profile(step: Step, run: Run, road: str, name: str, last: bool) -> None:
    """There is one profile, it is valid, says how the run ended, and comes at its end."""
    status = expected_status(step, road)
    if status == "none":
        assert run.documents == []
        return
    (place,) = [i for i, message in enumerate(run.messages) if message.document is not None]
    document = run.document
    errors = [error.message for error in VALIDATOR.iter_errors(document)]
    assert errors == []
    assert status in (document["status"], ANY)
    assert document["target"]["kind"] == "cell"
    assert [used["name"] for used in document["profilers"]] == [name]
    problems = [n for used in document["profilers"] for n in used["notes"] if "incomplete" in n]
    assert problems == []
    for section in document["sections"]:
        file = document["files"][section["file"]] if "file" in section else {}
        if section["kind"] == "lines" and "source" in file:
            first = file.get("firstLine", 1)
            assert max(section["lines"]) < first + len(file["source"])
    data = run.messages[place].content["data"]
    assert set(data) == {"application/vnd.cell-profiler.profile.v1+json", "text/html", "text/plain"}
    if last:
        after = [m for m in run.messages[place + 1 :] if not is_end(m)]
        assert after == []


def is_end(message: Message) -> bool:
    """What may follow a profile: that the kernel is idle, and a held ``clear_output``."""
    if message.type == "clear_output":
        return message.content["wait"] is True
    return message.type == "status"


def skip_unless_possible(case: Case, road: str) -> None:
    if road not in case.roads:
        pytest.skip("means something else below a first line")
    for module in case.needs:
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed here")
    if sys.version_info < case.since:
        pytest.skip("needs Python " + ".".join(map(str, case.since)))


def combinations(*, every: bool) -> Iterator[tuple[str, str, Case]]:
    """Profilers, roads and cells: all of them if that is asked for. Otherwise each cell runs
    under one of ``ALWAYS_USED`` by the button and under the other by the magic, and by the
    button under one of the others: the way to a run is the same for all."""
    others = [name for name in HERE if name not in ALWAYS_USED]
    # Cell by cell: some leave a thread in their kernel, and the plain one is to have it, too.
    for number, case in enumerate(CASES):
        by_button = (ALWAYS_USED[number % 2], others[number % len(others)])
        by_magic = ALWAYS_USED[(number + 1) % 2]
        for name in HERE:
            for road in ROADS:
                met = name in by_button if road == "button" else name == by_magic
                if every or met:
                    yield name, road, case


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"name", "road", "case"} <= set(metafunc.fixturenames):
        every = metafunc.config.getoption("every_road")
        chosen = list(combinations(every=every))
        ids = [f"{case.id}-{name}-{road}" for name, road, case in chosen]
        metafunc.parametrize(("name", "road", "case"), chosen, ids=ids)


def test_cell_runs_as_it_does_plainly(
    name: str,
    road: str,
    case: Case,
    kernels: Kernels,
    plain: Callable[[Case, str], Record],
) -> None:
    skip_unless_possible(case, road)
    baseline = plain(case, "shifted" if road == "magic" else "plain")
    profiled, runs = record_of(kernels, case, road, name)
    differences = [
        difference
        for difference in (*case.differences.get("*", ()), *case.differences.get(name, ()))
        if difference.road in ("", road)
    ]
    steps, state = masked([profiled.steps, profiled.state], differences)

    found: list[str] = []
    for number, (step, expected, actual) in enumerate(
        zip(case.steps, baseline.steps, steps, strict=True)
    ):
        status = expected["reply"]["status"]
        assert expected_reply(step, road) in (status, ANY), f"table, cell {number}: {status}"
        found.extend(unequal(expected, actual, f"cell {number}"))
    found.extend(unequal(baseline.state, state, "state"))
    if found:
        pytest.fail("\n".join(found), pytrace=False)
    assert profiled.residue == baseline.residue
    assert profiled.ended == baseline.ended == case.fatal
    for step, run in zip(case.steps, runs, strict=True):
        check_profile(step, run, road, name, case.profile_last)


def expected_reply(step: Step, road: str) -> str:
    """Status of the reply, as the table has it."""
    if road == "magic" and step.below:
        return "ok" if step.below == "ok" else "error"
    return step.reply or ("ok" if step.status in ("ok", "none") else "error")


# The table itself ----------------------------------------------------------------------


def test_differences_are_documented_and_no_others() -> None:
    text = DIFFERENCES.read_text(encoding="utf-8")
    headings = set(re.findall(r"(?m)^### (.+)$", text))
    tables = itertools.chain.from_iterable(case.differences.values() for case in CASES)
    keys = {difference.key for table in tables for difference in table}
    keys |= {case.repeats for case in CASES if case.repeats}
    assert keys <= headings


def test_every_profiler_has_its_share_of_the_cells() -> None:
    assert len(list(combinations(every=True))) == len(CASES) * len(ROADS) * len(HERE)
    chosen = list(combinations(every=False))
    for name in ALWAYS_USED:
        assert len([met for met, _, _ in chosen if met == name]) == len(CASES)
    for name in HERE:
        met = [road for by, road, _ in chosen if by == name]
        assert met.count("button") >= 30
        assert met.count("magic") >= (len(CASES) // 2 if name in ALWAYS_USED else 0)


def test_table_is_large_and_ids_are_unique() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 60
