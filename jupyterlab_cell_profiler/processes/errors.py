"""Why a process cannot be looked into, in sentences for people."""

from __future__ import annotations


class Refusal(Exception):
    """The text is the sentence.

    Parameters
    ----------
    status : what HTTP calls it: 400 bad request, 403 not this user's, 404 gone, 409 refused
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
