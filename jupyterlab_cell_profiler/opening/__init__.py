"""Profiles that other tools wrote, opened as documents of ours.

They are a stranger's data. A process of its own, with limits, reads each file (``apart``,
``child``); what it says is checked here like any document (``check``). There is one module for
each format, with a pure ``convert``.
"""
