"""Show a run while it goes on, to front ends that know how.

What is known so far goes out as an ``update_display_data`` for a display that nobody has:
ours looks for its MIME type and draws it below the cell; all others drop such a message, as
they must (Jupyter messaging protocol 5.1). So nothing is put between the outputs of the cell,
nothing of it is saved, and ``clear_output`` does not touch it.
"""

from __future__ import annotations

import contextvars
import uuid
from typing import Any

from .document import MIME_TYPE, Section
from .session import Session

DISPLAY_ID = "cell-profiler-live-"
"""How the id of the display begins."""


class LivePublisher:
    """Publishes what one session knows so far; works on ipykernel's display publisher only.

    The publisher is the one from before the run: the cell may put another one in its place
    that keeps what is shown (``%%capture``).
    """

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._id = DISPLAY_ID + uuid.uuid4().hex
        self._session: Session | None = None
        # ipykernel keeps in a context which request an output belongs to.
        self._context = contextvars.copy_context()

    @property
    def works(self) -> bool:
        """Whether there may be somebody who looks on."""
        return getattr(self._publisher, "session", None) is not None

    def watch(self, session: Session) -> None:
        """Whose documents they are."""
        self._session = session

    def close(self) -> None:
        """Publish no more."""
        self._session = None

    def publish(self, sections: list[Section]) -> None:
        """Publish what is known so far. Called in a thread of the sampler."""
        session = self._session
        if session is not None:
            self._context.run(
                self._publisher.publish,
                data={MIME_TYPE: session.partial(sections)},
                metadata={},
                transient={"display_id": self._id},
                update=True,
            )
