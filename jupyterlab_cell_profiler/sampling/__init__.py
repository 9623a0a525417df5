"""A helper process that looks at this one from outside: py-spy for stacks, memory by time.

``sampler`` is the side of the kernel, ``helper`` the program of the other process; ``spy``,
``memory`` and ``compact`` are its parts. What it found comes back as JSON when it is stopped.
"""
