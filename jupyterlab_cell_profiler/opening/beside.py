"""Opening a file of this machine, with the sources that lie beside it."""

from __future__ import annotations

import os
from pathlib import Path

from ..document import ProfileDocument
from .apart import open_file
from .sources import LARGEST, Source, add_sources, wanted


def open_with_sources(path: str) -> ProfileDocument:
    """As :func:`.apart.open_file`, for a person at a command line."""
    document = open_file(path)
    folder = Path(path).absolute().parent
    found = {}
    for file, places in wanted(document).items():
        for place in places:
            source = _source(folder, place)
            if source is not None:
                found[file] = source
                break
    return add_sources(document, found, os.path.getmtime(path))


def _source(folder: Path, place: str) -> Source | None:
    path = folder / place
    try:
        # A link may lead anywhere.
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return None
        about = path.stat()
        if about.st_size > LARGEST:
            return None
        return Source(path.read_text("utf-8"), about.st_mtime)
    except (OSError, ValueError):
        return None
