"""Notebooks that run without anybody: nbclient, ``nbconvert --execute``, papermill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import jupyterlab_cell_profiler
from jupyterlab_cell_profiler.document import MIME_TYPE
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.inprocess import hits

ROOT = Path(jupyterlab_cell_profiler.__file__).parent.parent

CELLS = [
    "%load_ext jupyterlab_cell_profiler",
    "def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total",
    "%%profile lines\nx = f(3)\nx",
    "%lprun -f f f(3)",
    "%%lprun_all\nfor i in range(4):\n    f(i)",
    "%profile lines f(5)",
    "%%profile lines\nimport asyncio\nawait asyncio.sleep(0)\n'</td><script>alert(1)</script>'",
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Kernels find this very source; IPython keeps its files out of the home directory."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")


def notebook() -> Any:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def profile_of(cell: Any) -> Any:
    """The one MIME bundle with a profile among a cell's outputs."""
    bundles = [o["data"] for o in cell["outputs"] if MIME_TYPE in o.get("data", {})]
    assert len(bundles) == 1
    return bundles[0]


def check_notebook(executed: Any) -> None:
    """What holds for the notebook above, however it was run."""
    nbformat.validate(executed)
    code = [cell for cell in executed["cells"] if cell["source"] in CELLS]
    assert [cell["source"] for cell in code] == CELLS
    for cell in code[:2]:
        assert cell["outputs"] == []
    for cell in code[2:]:
        bundle = profile_of(cell)
        assert set(bundle) == {MIME_TYPE, "text/html", "text/plain"}
        check(bundle[MIME_TYPE])
        assert bundle["text/html"].startswith("<div")
        assert "<script" not in bundle["text/html"]
        assert not any(o["output_type"] == "error" for o in cell["outputs"])
    profile, lprun, lprun_all, line, awaited = code[2:]

    results = [o for o in profile["outputs"] if o["output_type"] == "execute_result"]
    assert [o["data"]["text/plain"] for o in results] == ["3"], "the cell's own value is kept"
    document = profile_of(profile)[MIME_TYPE]
    assert hits(document) == {None: {2: 1, 3: 1}, "f": {2: 1, 3: 4, 4: 3, 5: 1}}
    assert document["target"]["executionCount"] == profile["execution_count"]
    # nbclient does not tell the kernel which cell it runs.
    assert "cellId" not in document["target"]
    assert [file["path"] for file in document["files"]] == ["In [3]", "In [2]"]

    # The original prints through the pager: its report is lost here.
    report = profile_of(lprun)["text/plain"]
    assert report.startswith("Timer unit: ")
    assert "Function: f at line 1" in report
    assert "        total += i" in report
    report = profile_of(lprun_all)["text/plain"]
    assert "Function: <lprof_cell> at line 1" in report
    assert "for i in range(4):" in report
    assert hits(profile_of(line)[MIME_TYPE])["f"][3] == 6
    assert hits(profile_of(awaited)[MIME_TYPE])[None][3] == 1


def test_nbclient(tmp_path: Path) -> None:
    executed = notebook()
    NotebookClient(executed, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    check_notebook(executed)
    assert {path.name for path in tmp_path.iterdir()} <= {"ipython"}, "no files of ours"


@pytest.fixture(scope="module")
def executed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook, run by ``jupyter nbconvert --execute``."""
    pytest.importorskip("nbconvert")
    folder = tmp_path_factory.mktemp("nbconvert")
    nbformat.write(notebook(), folder / "in.ipynb")
    run_nbconvert(folder, "--to", "notebook", "--execute", "in.ipynb", "--output", "out.ipynb")
    return folder / "out.ipynb"


def run_nbconvert(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "IPYTHONDIR": str(folder / ".ipython"),
            "JUPYTER_PLATFORM_DIRS": "1",
        },
    )
    assert done.returncode == 0, done.stderr


def test_nbconvert_execute(executed_file: Path) -> None:
    executed = nbformat.read(executed_file, as_version=4)
    check_notebook(executed)
    json.loads(executed_file.read_text("utf-8"))


class Page(HTMLParser):
    """Collects the outputs of a page, and everything in the page that could run."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.rows = 0
        self.heated = 0
        self.handlers: list[str] = []
        self._in_script = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        if tag == "script":
            self.scripts.append("")
        self.handlers.extend(name for name, _ in attrs if name.startswith("on"))
        if tag == "tr":
            self.rows += 1
            style = dict(attrs).get("style") or ""
            self.heated += "background" in style

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def page_of(path: Path, *options: str) -> tuple[str, Page]:
    run_nbconvert(path.parent, "--to", "html", path.name, "--output", "page.html", *options)
    source = (path.parent / "page.html").read_text("utf-8")
    return source, Page(source)


@pytest.mark.parametrize("options", [[], ["--sanitize-html"], ["--template", "basic"]], ids=str)
def test_nbconvert_to_html(executed_file: Path, tmp_path: Path, options: list[str]) -> None:
    empty = tmp_path / "empty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), empty)
    source, page = page_of(executed_file, *options)
    _, without = page_of(empty, *options)
    # The scripts are those of the template; the profiles bring none.
    assert len(page.scripts) == len(without.scripts)
    assert not any("alert(1)" in script for script in page.scripts)
    assert page.handlers == without.handlers
    assert page.rows - without.rows > 10
    assert "total += i" in source
    assert "line_profiler" in source
    if "--sanitize-html" not in options:
        assert page.heated >= 5, "rows are coloured"


def test_papermill(tmp_path: Path) -> None:
    papermill = pytest.importorskip("papermill")
    nbformat.write(notebook(), tmp_path / "in.ipynb")
    papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        cwd=str(tmp_path),
        progress_bar=False,
        log_output=False,
    )
    check_notebook(nbformat.read(tmp_path / "out.ipynb", as_version=4))


def test_error_in_a_headless_profile(tmp_path: Path) -> None:
    executed = notebook()
    executed.cells = [
        nbformat.v4.new_code_cell("%load_ext jupyterlab_cell_profiler"),
        nbformat.v4.new_code_cell("%%profile lines\nx = 1\n1 / 0"),
        nbformat.v4.new_code_cell("x"),
    ]
    client = NotebookClient(
        executed, timeout=120, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    kinds = [o["output_type"] for o in executed.cells[1]["outputs"]]
    assert kinds == ["error", "display_data"], "the profile stands below the cell's own output"
    document = profile_of(executed.cells[1])[MIME_TYPE]
    assert document["status"] == "error"
    assert hits(document) == {None: {2: 1, 3: 1}}
    assert executed.cells[2]["outputs"][0]["data"]["text/plain"] == "1"
