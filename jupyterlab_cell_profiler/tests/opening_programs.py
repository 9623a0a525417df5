"""Programs that ``record_opening.py`` runs under other tools, by their file names."""

from __future__ import annotations

WORK = """\
import time


def inner(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def outer():
    return [inner(100_000) for _ in range(20)]


def waits():
    time.sleep(0.1)


if __name__ == "__main__":
    fib(12)
    outer()
    waits()
"""
THREADS = """\
import threading
import time


def work(until):
    while time.perf_counter() < until:
        pass


until = time.perf_counter() + 0.2
workers = [threading.Thread(target=work, args=(until,), name=f"worker {i}") for i in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""
MEMORY = """\
def build(size):
    return bytearray(size)


def twice(size):
    kept = build(size)
    for _ in range(3):
        build(size // 2)
    return kept


kept = [twice(4_000_000), twice(1_000_000)]
"""
FUNCTIONS = """\
import time


@profile
def grow(size):
    kept = bytearray(size)
    time.sleep(0.2)
    return kept


kept = [grow(30_000_000), grow(10_000_000)]
"""
CHILDREN = """\
import subprocess
import sys
import time

kept = bytearray(30_000_000)
time.sleep(0.2)
code = "import time; kept = bytearray(20_000_000); time.sleep(0.3)"
children = [subprocess.Popen([sys.executable, "-I", "-S", "-c", code]) for _ in range(2)]
for child in children:
    child.wait()
"""
COUNTED = """\
class Adder:
    def __init__(self, start):
        self.total = start

    @profile
    def add(self, values):
        for value in values:
            self.total += value
        return self.total


@profile
def inner(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


@profile
def never():
    return 1


print(inner(1000) + Adder(2).add(range(50)))
"""
SCRIPT = """\
function inner(n) {
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += Math.sqrt(i) * i;
  }
  return total;
}
function outer() {
  let sum = 0;
  for (let k = 0; k < 30; k++) {
    sum += inner(1e6);
  }
  return sum;
}
outer();
"""

PROGRAMS = {
    "work.py": WORK,
    "threads.py": THREADS,
    "memory.py": MEMORY,
    "functions.py": FUNCTIONS,
    "children.py": CHILDREN,
    "counted.py": COUNTED,
    "work.js": SCRIPT,
}
