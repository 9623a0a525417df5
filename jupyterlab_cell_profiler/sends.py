"""Hear of each message that a kernel sends, as long as somebody wants to.

Streams are sent by a thread of ipykernel and results by the display hook; the session is the
one place that all of them pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Hear = Callable[[str, Any], None]
"""Called before a message is sent, with its type and content, in the thread that sends."""


class _Heard:
    """``send`` of a session, for those who hear."""

    def __init__(self, session: Any) -> None:
        self.listeners: list[Hear] = []
        self.was = {name: value for name, value in vars(session).items() if name == "send"}
        self._send = session.send

    def __call__(self, stream: Any, message: Any, *args: Any, **more: Any) -> Any:
        if isinstance(message, dict):
            kind, content = message["header"]["msg_type"], message.get("content")
        else:
            kind, content = message, args[0] if args else more.get("content")
        for hear in list(self.listeners):
            hear(kind, content)
        return self._send(stream, message, *args, **more)


def listen(session: Any, hear: Hear) -> None:
    """Have a function hear of what a session sends, until :func:`unlisten`."""
    send = vars(session).get("send")
    if not isinstance(send, _Heard):
        send = session.send = _Heard(session)
    send.listeners.append(hear)


def unlisten(session: Any, hear: Hear) -> None:
    """Hear no more; with the last one nothing stays on the session. Safe to call again."""
    send = vars(session).get("send")
    if isinstance(send, _Heard) and hear in send.listeners:
        send.listeners.remove(hear)
        if not send.listeners:
            del session.send
            vars(session).update(send.was)
