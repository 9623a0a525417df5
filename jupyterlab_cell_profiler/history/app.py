"""The server extension of the whole package: the history of runs, and processes."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Int, Unicode

from ..opening.handlers import handlers as opening_handlers
from ..processes.handlers import handlers as process_handlers
from ..processes.listing import Processes
from ..processes.look_handlers import handlers as look_handlers
from ..processes.looks import Looks
from .handlers import handlers
from .service import History
from .thinning import Limits


class CellProfilerApp(ExtensionApp):
    """Serves what the front end asks for; settings are those of ``CellProfilerApp``."""

    name = "jupyterlab_cell_profiler"
    description = "Cell Profiler: the history of runs, and processes that already run"
    load_other_extensions = True

    history_file = Unicode(
        "",
        help="The SQLite file that runs are kept in. Empty means cell-profiler/history.sqlite in "
        "Jupyter's data directory. Not on a file system that is shared between machines.",
    ).tag(config=True)

    history_runs = Int(
        Limits.runs, min=1, help="How many profiles are kept, beside pinned ones."
    ).tag(config=True)

    history_megabytes = Int(
        Limits.size // 1_000_000,
        min=1,
        help="How many megabytes (of 1,000,000 bytes) of profiles are kept, compressed and beside "
        "pinned ones.",
    ).tag(config=True)

    history_records = Int(
        Limits.records,
        min=0,
        help='How many light records are kept, those of "Record every cell".',
    ).tag(config=True)

    def initialize_settings(self) -> None:
        path = self.history_file or os.path.join(
            jupyter_data_dir(), "cell-profiler", "history.sqlite"
        )
        limits = Limits(self.history_runs, self.history_megabytes * 1_000_000, self.history_records)
        # Without a link resolved: the person may move what it leads to.
        self.history = History(Path(os.path.abspath(os.path.expanduser(path))), limits, self.log)
        self.history.start()
        self.processes = Processes()
        self.looks = Looks(self.processes)

    def initialize_handlers(self) -> None:
        self.handlers.extend(handlers(self.history))
        self.handlers.extend(opening_handlers())
        self.handlers.extend(process_handlers(self.processes))
        self.handlers.extend(look_handlers(self.processes, self.looks))

    async def stop_extension(self) -> None:
        await asyncio.to_thread(self.looks.close)
        await self.history.stop()
