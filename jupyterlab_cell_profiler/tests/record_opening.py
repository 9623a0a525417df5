"""Records the files of other tools that ``test_opening_convert.py`` opens.

``python -m jupyterlab_cell_profiler.tests.record_opening [NAME…]`` writes
``data/raw/opening/*``: each tool is run for real, on a program of some lines. Paths of this
machine are replaced by neutral ones. Needs the tools, and Node for ``.cpuprofile``. Then it
writes ``data/documents/opening/*``, the documents of these files; with ``documents`` only those.
"""

from __future__ import annotations

import gzip
import json
import marshal
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyterlab_cell_profiler.opening.build import document_of
from jupyterlab_cell_profiler.opening.formats import convert, unpacked
from jupyterlab_cell_profiler.tests.documents import check
from jupyterlab_cell_profiler.tests.opening_programs import PROGRAMS

FOLDER = Path(__file__).parent / "data" / "raw" / "opening"
DOCUMENTS = Path(__file__).parent / "data" / "documents" / "opening"
BIN = Path(sys.executable).parent


def run(*command: str) -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def places() -> list[tuple[str, str]]:
    """Folders of this machine, and what to call them; the longest first."""
    home = os.path.expanduser("~")
    found = {
        os.getcwd(): "/home/ada/project",
        str(Path(sys.prefix)): "/home/ada/venv",
        str(Path(sys.base_prefix)): "/usr/local",
        str(Path(__file__).parents[3]): "/home/ada/other",
        str(Path(sys.prefix).parent): "/home/ada/other",
        home: "/home/ada",
    }
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def clean(text: str) -> str:
    for real, neutral in places():
        text = text.replace(real, neutral)
    return text


def clean_bytes(data: bytes) -> bytes:
    """The same where lengths must stay."""
    for real, neutral in places():
        if len(real) > 5:
            same = neutral[: len(real)].ljust(len(real), "_")
            data = data.replace(real.encode(), same.encode())
    return data


def clean_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {clean_value(key): clean_value(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(clean_value(one) for one in value)
    return clean(value) if isinstance(value, str) else value


def pstats() -> bytes:
    """cProfile of a whole program; without what is only of starting it."""
    run("python", "-m", "cProfile", "-o", "work.prof", "work.py")
    return marshal.dumps(clean_value(marshal.loads(Path("work.prof").read_bytes())))


def old_pstats() -> bytes:
    """profile, which is written in Python: callers are numbers of calls."""
    run("python", "-m", "profile", "-o", "old.pstats", "work.py")
    return marshal.dumps(clean_value(marshal.loads(Path("old.pstats").read_bytes())))


def lprof() -> bytes:
    run("kernprof", "-q", "-l", "-o", "counted.lprof", "counted.py")
    return Path("counted.lprof").read_bytes()


def mprof_children() -> bytes:
    run("mprof", "run", "--multiprocess", "--interval", "0.05", "-o", "m.dat", "children.py")
    return clean(Path("m.dat").read_text()).encode()


def mprof_functions() -> bytes:
    """With ``@profile``, for which mprof needs no child processes."""
    run("mprof", "run", "--interval", "0.05", "-o", "m.dat", "functions.py")
    return clean(Path("m.dat").read_text()).encode()


def memray() -> bytes:
    run("memray", "run", "-q", "-f", "--no-compress", "-o", "memory.bin", "memory.py")
    return gzip.compress(clean_bytes(Path("memory.bin").read_bytes()), mtime=0)


def speedscope() -> bytes:
    options = ("-r", "100", "-f", "speedscope", "-o", "s.json")
    run("py-spy", "record", *options, "--", "python", "threads.py")
    return clean(Path("s.json").read_text()).encode()


def raw() -> bytes:
    run("py-spy", "record", "-r", "200", "-f", "raw", "-o", "c.txt", "--", "python", "work.py")
    return clean(Path("c.txt").read_text()).encode()


def session() -> bytes:
    run("pyinstrument", "-i", "0.005", "-o", "s.pyisession", "work.py")
    return (json.dumps(json.loads(clean(Path("s.pyisession").read_text()))) + "\n").encode()


def report() -> bytes:
    run("pyinstrument", "-i", "0.005", "-r", "json", "-o", "p.json", "work.py")
    return clean(Path("p.json").read_text()).encode()


def cpuprofile() -> bytes:
    options = ("--cpu-prof", "--cpu-prof-interval", "5000", "--cpu-prof-name", "w.cpuprofile")
    run("node", *options, "work.js")
    return clean(Path("w.cpuprofile").read_text()).encode()


RECORDINGS: dict[str, Callable[[], bytes]] = {
    "work.prof": pstats,
    "old.pstats": old_pstats,
    "counted.lprof": lprof,
    "mprofile_children.dat": mprof_children,
    "mprofile_functions.dat": mprof_functions,
    "memray-memory.bin.gz": memray,
    "threads.speedscope.json": speedscope,
    "work.collapsed": raw,
    "work.pyisession": session,
    "pyinstrument.json": report,
    "work.cpuprofile": cpuprofile,
}


def document(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """The document of a recorded file, made in this process, with nothing that changes."""
    data = (folder / name).read_bytes()
    with TemporaryDirectory() as temporary:
        place = Path(temporary) / "unpacked"
        place.write_bytes(unpacked(data))
        opened = convert(data, name, str(place))
    made: Any = document_of(opened, name=name, path=name, digest="", modified=1_790_000_000.0)
    made["producer"] = "jupyterlab-cell-profiler@0.0.0"
    made["id"] = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    check(made)
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


def write_documents() -> None:
    """The golden documents of all recorded files."""
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    for name in RECORDINGS:
        text = json.dumps(document(name), indent=1) + "\n"
        (DOCUMENTS / f"{name}.cellprofile.json").write_text(text, encoding="utf-8")


def main(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    before = os.getcwd()
    for name in names or list(RECORDINGS):
        with TemporaryDirectory(prefix="recording-") as folder:
            os.chdir(folder)
            try:
                for program, text in PROGRAMS.items():
                    Path(program).write_text(text)
                data = RECORDINGS[name]()
            finally:
                os.chdir(before)
        (FOLDER / name).write_bytes(data)
        print(name, len(data))
    write_documents()


if __name__ == "__main__":
    if sys.argv[1:] == ["documents"]:
        write_documents()
    else:
        main(sys.argv[1:])
