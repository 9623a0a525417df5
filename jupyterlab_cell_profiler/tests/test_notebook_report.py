"""``python -m jupyterlab_cell_profiler notebook``: real kernels, and the pure parts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from jupyterlab_cell_profiler.headless.budgets import BudgetError, budget_of
from jupyterlab_cell_profiler.headless.page import render
from jupyterlab_cell_profiler.headless.report import Cell, Report, as_json, as_text

from .live import ROOT

SLOW = "import time\nend = time.perf_counter() + 0.4\nwhile time.perf_counter() < end:\n    pass"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Kernels find this very source, and keep their files out of the home directory."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    work = tmp_path / "work"
    work.mkdir()
    return work


def write(folder: Path, *sources: str, kernel: str = "python3") -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells.insert(0, nbformat.v4.new_markdown_cell("# Title"))
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    path = folder / "nb.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    return path


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyterlab_cell_profiler", "notebook", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
    )


def test_a_notebook_that_runs(folder: Path) -> None:
    path = write(
        folder,
        SLOW,
        "transient = len(bytearray(150_000_000))",
        "",
        "%load_ext jupyterlab_cell_profiler",
        "%%profile lines\ntotal = sum(range(100))",
        "open('seen', 'w').close()",
    )
    before = path.read_bytes()
    done = command(folder, "nb.ipynb", "-o", "r.json", "-o", "r.html", "-o", "r.txt")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes() == before
    assert {entry.name for entry in folder.iterdir()} == {
        "nb.ipynb",
        "seen",  # In its own folder.
        "r.json",
        "r.html",
        "r.txt",
    }
    found = json.loads((folder / "r.json").read_text("utf-8"))
    assert (found["version"], found["status"], found["notes"]) == (1, "ok", [])
    slow, transient, empty, _, profiled, _ = found["cells"]
    assert (slow["index"], slow["number"], slow["first_line"]) == (1, 2, "import time")
    assert slow["wall"] == pytest.approx(0.4, abs=0.2)
    assert 0.02 < slow["cpu"] <= slow["wall"] + 0.02
    assert transient["increment"] == pytest.approx(150_000_000, rel=0.1)
    assert found["totals"]["peak"] >= transient["peak"]
    assert (empty["status"], empty["wall"]) == ("empty", None)
    assert profiled["cpu"] is not None, "a cell that is profiled has the times of its profile"
    # Which of two cells is slower, the machine decides; the order is that of their times.
    slowest = max(found["cells"], key=lambda cell: cell["wall"] or 0.0)
    rows = [line.split()[0] for line in done.stdout.splitlines()[3:]]
    assert rows[0] == str(slowest["number"]), "the slowest cell comes first"
    assert (folder / "r.txt").read_text("utf-8") == done.stdout
    assert not [p for p in psutil.process_iter() if _works_in(p, folder)], "no kernel is left"


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.cwd() == str(folder)
    except psutil.Error:
        return False


def test_a_cell_that_fails(folder: Path) -> None:
    write(folder, "1", "raise ValueError('<b>no</b>')", "2")
    done = command(folder, "nb.ipynb", "-o", "r.html", "-o", "r.json")
    assert done.returncode == 1
    assert "error: ValueError: <b>no</b>" in done.stdout
    assert "1 cell did not run." in done.stdout
    found = json.loads((folder / "r.json").read_text("utf-8"))
    assert [cell["status"] for cell in found["cells"]] == ["ok", "error", "not run"]
    assert found["cells"][1]["wall"] is not None, "what is known of it is kept"
    assert "&lt;b&gt;no&lt;/b&gt;" in (folder / "r.html").read_text("utf-8")
    going_on = command(folder, "nb.ipynb", "--allow-errors", "-o", "r.json")
    assert going_on.returncode == 1, "0 only if the notebook ran"
    found = json.loads((folder / "r.json").read_text("utf-8"))
    assert [cell["status"] for cell in found["cells"]] == ["ok", "error", "ok"]


def test_budgets_decide_on_the_exit_status(folder: Path) -> None:
    write(folder, SLOW, "2")
    done = command(
        folder, "nb.ipynb", "--fail-if", "cell.wall > 200 ms", "--fail-if", "cell.wall>60"
    )
    assert done.returncode == 3
    assert "Over budget: cell.wall > 200 ms: cell 2 has" in done.stdout
    assert "cell.wall>60" not in done.stdout
    assert command(folder, "-q", "nb.ipynb", "--fail-if", "total.wall > 1 h").returncode == 0


def test_a_kernel_without_our_package(folder: Path) -> None:
    spec = folder.parent / "share" / "kernels" / "bare"
    spec.mkdir(parents=True)
    start = (
        "import sys; sys.modules['jupyterlab_cell_profiler'] = None; "
        "from ipykernel.kernelapp import launch_new_instance as main; main()"
    )
    argv = [sys.executable, "-c", start, "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "bare", "language": "python"})
    )
    write(folder, "import time\ntime.sleep(0.3)", "2", kernel="bare")
    done = command(folder, "nb.ipynb", "-o", "r.json", "--fail-if", "cell.peak > 1 TB")
    assert done.returncode == 2, "a unit that there is not"
    done = command(folder, "nb.ipynb", "-o", "r.json", "--fail-if", "cell.peak > 1 GB")
    assert done.returncode == 3
    assert "it was not measured, so nobody can tell" in done.stdout
    assert "Install it there: pip install jupyterlab-cell-profiler" in done.stdout
    first = json.loads((folder / "r.json").read_text("utf-8"))["cells"][0]
    assert first["wall"] == pytest.approx(0.3, abs=0.25)
    assert first["peak"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.ipynb"], "There is no file none.ipynb."),
        (["text.ipynb"], "text.ipynb is no notebook: "),
        (["nb.ipynb", "--kernel", "unknown-kernel"], "The kernel did not start: "),
        (["nb.ipynb", "-o", "r.pdf"], "A report ends in .html, .json, .txt, and r.pdf does not."),
        (["nb.ipynb", "-o", "none/r.html"], "There is no folder "),
        (["nb.ipynb", "--fail-if", "cell.size > 1"], "'size' is not measured."),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, arguments: list[str], sentence: str) -> None:
    write(folder, "open('ran', 'w').close()")
    (folder / "text.ipynb").write_text("no JSON")
    done = command(folder, *arguments)
    assert done.returncode == 2
    assert f"Cell Profiler: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "ran").exists(), "before anything runs"


def test_a_cell_that_takes_too_long(folder: Path) -> None:
    write(folder, "1", "import time\ntime.sleep(60)", "2")
    done = command(folder, "nb.ipynb", "--timeout", "2")
    assert done.returncode == 1
    assert "A cell took longer than 2 s." in done.stdout


def test_a_kernel_that_dies(folder: Path) -> None:
    write(folder, "1", "import os\nos._exit(1)", "2")
    done = command(folder, "nb.ipynb")
    assert done.returncode == 1
    assert "The kernel died." in done.stdout


def test_without_nbclient(folder: Path) -> None:
    write(folder, "1")
    code = (
        "import sys; sys.modules['nbclient'] = None\n"
        "from jupyterlab_cell_profiler.headless.cli import main\n"
        "sys.exit(main(['notebook', 'nb.ipynb']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, timeout=60
    )
    assert done.returncode == 2
    assert "Run: pip install nbclient" in done.stderr


# The pure parts ---------------------------------------------------------------------------


def report(*cells: Cell, **more: Any) -> Report:
    return Report("a.ipynb", "2026-01-01T00:00:00.000Z", "ok", list(cells), **more)


CELLS = (
    Cell(0, 1, "a", "quick()", "ok", 0.5, 0.4, 0.05, 0.05, 100e6, 0.0),
    Cell(2, 2, "b", "slow()", "ok", 90.0, 10.0, 1.0, 79.0, 3e9, 2.5e9),
    Cell(3, 3, "c", "never()", "not run"),
)


@pytest.mark.parametrize(
    ("text", "exceeded"),
    [
        ("cell.wall > 60", ["cell 2 has 90 s (slow())."]),
        ("cell.wall>1.5min", []),
        ("cell . wall >= 1.5 min", ["cell 2 has 90 s (slow())."]),
        ("cell[1].wall > 60", []),
        ("cell[1].wall > 499 ms", ["cell 1 has 500 ms (quick())."]),
        ("cell.peak > 2 GB", ["cell 2 has 3 GB (slow())."]),
        ("cell.peak > 2.9 GiB", []),
        ("cell.increment >= 2500MB", ["cell 2 has 2.5 GB (slow())."]),
        ("total.wall > 90", ["it is 90.5 s in all."]),
        ("total.cpu < 12", ["it is 11.4 s in all."]),
        ("total.peak > 3 GB", []),
        ("cell.wait < .06", ["cell 1 has 50 ms (quick())."]),
    ],
)
def test_budgets(text: str, exceeded: list[str]) -> None:
    found = budget_of(text).exceeded(report(*CELLS))
    assert found == [f"{text.strip()}: {sentence}" for sentence in exceeded]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cell.wall",
        "cell.wall > ",
        "cell.wall == 3",
        "wall > 3",
        "total[1].wall > 3",
        "cell.wall > -1",
        "cell.wall > 1 GB",
        "cell.peak > 1 s",
        "cell.lines > 3",
        "__import__('os').system('true') or cell.wall > 1",
        "cell.wall > 1; cell.wall > 2",
    ],
)
def test_what_is_no_budget(text: str) -> None:
    with pytest.raises(BudgetError):
        budget_of(text)


def test_a_budget_of_what_is_not_known() -> None:
    assert budget_of("cell[9].wall > 1").unknown(report(*CELLS))
    assert budget_of("total.peak > 1").unknown(report(CELLS[2]))
    assert not budget_of("cell.peak > 1").unknown(report(*CELLS))


def test_totals_add_up() -> None:
    found = as_json(report(*CELLS))
    assert found["totals"] == {
        "wall": 90.5,
        "cpu": pytest.approx(11.45),
        "peak": 3e9,
        "increment": 2.5e9,
    }
    json.dumps(found, allow_nan=False)
    assert as_json(report())["totals"]["wall"] is None


class Page(HTMLParser):
    """Tags that are open at the end, and what the page refers to."""

    VOID = ("meta", "link", "br", "img", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onerror"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_runs_nothing() -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    page = Page()
    page.feed(
        render(
            report(
                Cell(0, 1, hostile, hostile, hostile, 1.0, 0.5, 0.1, 0.4, 1e6, -5.0),
                *CELLS,
                error=hostile,
                notes=[hostile],
                exceeded=[hostile],
                environment={"python": hostile, "platform": hostile},
            )
        )
    )
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "a"} & set(page.seen)
    assert page.text.count(hostile) >= 5
    assert "90 s" in page.text
    assert "98 %" in page.text, "of the sum of all times"


def test_text_obeys_no_terminal() -> None:
    found = as_text(report(Cell(0, 1, None, "x = '\x1b[31m\u202e'", "ok", 1.0)))
    assert "\x1b" not in found
    assert "\u202e" not in found
