"""Keep a pending ``clear_output(wait=True)`` from clearing the cell for the profile.

``wait=True`` asks the front end to clear when the next output comes. If nothing comes, the
outputs stay; but the profile would be that next output. So the request is held back until
an output of the cell comes, which is when it takes effect anyway, and if none comes it is
sent after the profile.
"""

from __future__ import annotations

import threading
import uuid
from typing import Any

from .sends import listen, unlisten

CLEARED_BY = {"stream", "display_data", "execute_result", "error"}
"""Messages at which a front end carries out a pending clear."""


class HeldClear:
    """Holds the clear requests of one run; works on ipykernel's display publisher only."""

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._held: list[Any] = []
        self._listens = False
        self._lock = threading.RLock()
        self._installed = False

    def install(self) -> None:
        if hasattr(self._publisher, "register_hook") and getattr(self._publisher, "session", None):
            self._publisher.register_hook(self._hook)
            self._installed = True

    def uninstall(self) -> None:
        """Stop holding; what is held is still sent by :meth:`release`."""
        if self._installed:
            self._publisher.unregister_hook(self._hook)
            self._installed = False
        with self._lock:
            self._unwrap()

    def release(self) -> None:
        """Send what is held."""
        with self._lock:
            held, self._held = self._held, []
            self._unwrap()
            for message in held:
                self._publisher.session.send(
                    self._publisher.pub_socket, message, ident=self._publisher.topic
                )

    def _hook(self, message: Any) -> Any:
        if message["header"]["msg_type"] != "clear_output":
            return message
        with self._lock:
            if not message["content"].get("wait"):
                self.release()
                return message
            self._held.append(message)
            self._wrap()
        return None

    def _wrap(self) -> None:
        """From now on look for the output at which the clear takes effect."""
        if not self._listens:
            self._listens = True
            listen(self._publisher.session, self._look)

    def _look(self, kind: str, content: Any) -> None:
        if kind in CLEARED_BY:
            self.release()

    def _unwrap(self) -> None:
        if self._listens:
            self._listens = False
            unlisten(self._publisher.session, self._look)


class Progress:
    """A sentence in the place of a profile that takes long to be made; it gives way to it."""

    def __init__(self, shell: Any) -> None:
        self._publisher = shell.display_pub
        self._id: str | None = None

    @property
    def works(self) -> bool:
        """Whether a sentence gives way to the next one; a terminal would show them all."""
        return getattr(self._publisher, "session", None) is not None

    def tell(self, sentence: str) -> None:
        """Show a sentence instead of the one before."""
        self.publish({"text/plain": f"Cell Profiler: {sentence}"}, last=False)

    def publish(self, data: dict[str, Any], *, last: bool = True) -> None:
        """Show something; without a sentence before it as an output of its own."""
        if self._id is None and last:
            self._publisher.publish(data=data, metadata={})
            return
        shown, self._id = self._id is not None, self._id or uuid.uuid4().hex
        self._publisher.publish(
            data=data, metadata={}, transient={"display_id": self._id}, update=shown
        )
