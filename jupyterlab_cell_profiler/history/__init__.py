"""The history of runs: a server extension that keeps profile documents in an SQLite file.

Only this package imports jupyter_server; where a kernel runs, nothing of it is needed.
"""
