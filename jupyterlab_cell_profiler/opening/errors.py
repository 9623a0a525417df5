"""Why a file cannot be opened, in sentences for people."""

from __future__ import annotations


class CannotOpen(ValueError):
    """The text says why."""


class TooLarge(CannotOpen):
    """More than is read at all."""


class Broken(ValueError):
    """A file is not what its format says; the text is the place, or what is wrong there."""
