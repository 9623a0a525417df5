"""Documents of files of other tools, for tests: made in this process, and looked into."""

from __future__ import annotations

import json
from typing import Any

from jupyterlab_cell_profiler.opening.build import document_of
from jupyterlab_cell_profiler.opening.formats import convert
from jupyterlab_cell_profiler.tests.documents import check


def opened(data: bytes | str | dict[str, Any], name: str = "a.file") -> dict[str, Any]:
    """The document of a file, checked."""
    if isinstance(data, dict):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    made: Any = document_of(convert(data, name, ""), name=name, path=name, digest="", modified=None)
    check(made)
    return made  # type: ignore[no-any-return]


def section(made: dict[str, Any], kind: str, name: str | None = None) -> Any:
    found = [
        one
        for one in made["sections"]
        if one["kind"] == kind and (name is None or one.get("name") == name)
    ]
    assert len(found) == 1, [(one["kind"], one.get("name")) for one in made["sections"]]
    return found[0]


def totals(made: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: item["value"] for item in section(made, "totals")["items"]}


def tree(stacks: dict[str, Any], *, own: bool = True) -> dict[tuple[str, ...], float]:
    """What each stack had itself."""
    names, parents = stacks["frames"]["name"], stacks["nodes"]["parent"]
    paths: list[tuple[str, ...]] = []
    found: dict[tuple[str, ...], float] = {}
    for node, parent in enumerate(parents):
        name = names[stacks["nodes"]["frame"][node]]
        paths.append((*(paths[parent] if parent >= 0 else ()), name))
        value = stacks["nodes"]["self" if own else "total"][node]
        if value:
            found[paths[node]] = found.get(paths[node], 0) + value
    return found
