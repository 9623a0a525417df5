"""Programs that run in a process of their own: started, followed, ended, nothing left.

Knows nothing of profilers and documents.
"""
