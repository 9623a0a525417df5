"""Cells with the number of hits of each line written beside it (see ``assert_hits``)."""

from __future__ import annotations

# How often each line runs stands at its end, by reasoning; see ``expected``.
CELLS = {
    "statements": """
        a = 1  # 1
        b = 2  # 1

        # a comment
        a + b  # 1
    """,
    "for loop": """
        total = 0  # 1
        for i in range(7):  # 8
            total += i  # 7
    """,
    "nested loops": """
        n = 0  # 1
        for i in range(3):  # 4
            for j in range(i):  # 6
                n += 1  # 3
    """,
    "while, continue, break": """
        n = 0  # 1
        while True:  # 6
            n += 1  # 6
            if n % 2:  # 6
                continue  # 3
            if n == 6:  # 3
                break  # 1
    """,
    "for else and while else": """
        for i in range(2):  # 3
            pass  # 2
        else:
            a = 1  # 1
        while i:  # 2
            i -= 1  # 1
        else:
            b = 1  # 1
        for i in range(2):  # 1
            break  # 1
        else:
            c = 1
    """,
    "if elif else": """
        for i in range(6):  # 7
            if i == 0:  # 6
                a = 1  # 1
            elif i < 3:  # 5
                a = 2  # 2
            else:
                a = 3  # 3
    """,
    "try, except, else, finally": """
        for text in ("1", "x", "2"):  # 4
            try:  # 3
                n = int(text)  # 3
            except ValueError:  # 1
                n = 0  # 1
            else:
                n += 1  # 2
            finally:
                m = n  # 3
    """,
    "function": """
        def f(n):  # 1
            total = 0  # 2
            for i in range(n):  # 9
                total += i  # 7
            return total  # 2
        f(3)  # 1
        f(4)  # 1
    """,
    "function never called": """
        def f():  # 1
            return 1
        x = 1  # 1
    """,
    "early return": """
        def f(n):  # 1
            if n < 2:  # 5
                return 0  # 2
            return 1  # 3
        for n in range(5):  # 6
            f(n)  # 5
    """,
    "function on one line": """
        def f(n): return n + 1  # 1 f:5
        for i in range(5): f(i)  # 6
        if True: f(0) if False else None  # 1
    """,
    "recursion": """
        def factorial(n):  # 1
            if n == 0:  # 6
                return 1  # 1
            return n * factorial(n - 1)  # 5
        factorial(5)  # 1
    """,
    "mutual recursion": """
        def even(n):  # 1
            return True if n == 0 else odd(n - 1)  # 3
        def odd(n):  # 1
            return False if n == 0 else even(n - 1)  # 3
        even(5)  # 1
    """,
    "fibonacci": """
        def fib(n):  # 1
            if n < 2:  # 25
                return n  # 13
            return fib(n - 1) + fib(n - 2)  # 12
        fib(6)  # 1
    """,
    "generator": """
        def g(n):  # 1
            for i in range(n):  # 4
                yield i  # 3
            done = True  # 1
        for i in g(3):  # 4
            pass  # 3
    """,
    "generator left early": """
        def g():  # 1
            try:  # 1
                while True:  # 2
                    yield 1  # 2
            finally:
                closed = True  # 1
        it = g()  # 1
        next(it), next(it)  # 1
        it.close()  # 1
    """,
    "yield from": """
        def inner():  # 1
            yield 1  # 2
            yield 2  # 2
        def outer():  # 1
            yield from inner()  # 2
            yield 3  # 2
        x = list(outer())  # 1
        x = list(outer())  # 1
    """,
    "send and throw": """
        def echo():  # 1
            got = None  # 1
            while True:  # 3
                try:  # 3
                    got = yield got  # 3
                except ValueError:  # 1
                    got = "error"  # 1
        e = echo()  # 1
        next(e)  # 1
        e.send(1)  # 1
        e.throw(ValueError())  # 1
    """,
    "exception in the middle": """
        def f(n):  # 1
            x = 1  # 1
            y = x / n  # 1
            return y
        try:  # 1
            f(0)  # 1
            z = 1
        except ZeroDivisionError:  # 1
            z = 2  # 1
    """,
    "exception out of the cell": """
        a = 1  # 1
        for i in range(5):  # 3
            1 / (2 - i)  # 3
        b = 1
    """,
    "exception through frames": """
        def a(n):  # 1
            b(n)  # 3
            return n  # 2
        def b(n):  # 1
            if n == 2:  # 3
                raise KeyError(n)  # 1
        for i in range(5):  # 3
            a(i)  # 3
    """,
    "methods": """
        class A:  # 1
            def __init__(self):  # 1
                self.n = 0  # 2
            def add(self, k):  # 1
                for i in range(k):  # 8
                    self.n += 1  # 5
                return self  # 3
        a = A()  # 1
        a.add(2).add(0)  # 1
        A().add(3)  # 1
    """,
    "class body": """
        for i in range(2):  # 3
            class A:  # 2
                x = 1  # 2
                y = x + 1  # 2
    """,
    "nested classes": """
        class A:  # 1
            class B:  # 1
                def m(self):  # 1
                    return 1  # 3
        for i in range(3):  # 4
            A.B().m()  # 3
    """,
    "nested functions": """
        def outer(n):  # 1
            def inner(k):  # 2
                return k * n  # 5
            return sum(inner(i) for i in range(n))  # *
        outer(2), outer(3)  # 1
    """,
    "closures of one code object": """
        def make(n):  # 1
            def add(k):  # 3
                return n + k  # 6
            return add  # 3
        adders = [make(i) for i in (1, 2, 3)]  # 4
        for add in adders:  # 4
            add(1)  # 3
            add(2)  # 3
    """,
    "identical bytecode": """
        def a():  # 1
            x = 1  # 3
            return x  # 3
        def b():  # 1
            x = 1  # 2
            return x  # 2
        def c():  # 1
            x = 1
            return x
        a(), a(), a(), b(), b()  # 1
    """,
    "identical methods": """
        class A:  # 1
            def m(self):  # 1
                return 1  # 2
        class B:  # 1
            def m(self):  # 1
                return 1  # 1
        A().m(), A().m(), B().m()  # 1
    """,
    "identical nested functions": """
        def a():  # 1
            def f():  # 1
                return 1  # 1
            return f()  # 1
        def b():  # 1
            def f():  # 2
                return 1  # 2
            return f()  # 2
        a(), b(), b()  # 1
    """,
    "with": """
        class C:  # 1
            def __enter__(self):  # 1
                return 5  # 2
            def __exit__(self, *a):  # 1
                return True  # 2
        for i in range(2):  # 3
            with C() as c:  # 4
                c + 1  # 2
    """,
    "match": """
        def kind(x):  # 1
            match x:  # 4
                case 0:  # 4
                    return "zero"  # 1
                case int():  # 3
                    return "int"  # 2
                case _:  # 1
                    return "other"  # 1
        for x in (0, 1, 2, "a"):  # 5
            kind(x)  # 4
    """,
    "wraps": """
        import functools  # 1
        def twice(f):  # 1
            @functools.wraps(f)  # *
            def wrapper(*a):  # *
                f(*a)  # 3
                return f(*a)  # 3
            return wrapper  # 1
        @twice  # *
        def f(n):  # *
            return n  # 6
        for i in range(3):  # 4
            f(i)  # 3
    """,
    "lru_cache": """
        from functools import lru_cache  # 1
        @lru_cache(maxsize=None)  # *
        def f(n):  # *
            return n * 2  # 2
        for n in (1, 2, 1, 2, 1):  # 6
            f(n)  # 5
    """,
    "property, staticmethod, classmethod, cached_property": """
        from functools import cached_property  # 1
        class A:  # 1
            @property  # *
            def p(self):  # *
                return 1  # 2
            @p.setter  # *
            def p(self, value):  # *
                self.q = value  # 1
            @staticmethod  # *
            def s():  # *
                return 2  # 3
            @classmethod  # *
            def c(cls):  # *
                return cls  # 1
            @cached_property  # *
            def k(self):  # *
                return 3  # 1
        a = A()  # 1
        a.p, a.p  # 1
        a.p = 4  # 1
        a.s(), A.s(), a.s()  # 1
        A.c()  # 1
        a.k, a.k, a.k  # 1
    """,
    "dataclass": """
        from dataclasses import dataclass  # 1
        @dataclass  # *
        class P:  # *
            x: int = 0  # 1
            def __post_init__(self):  # 1
                self.y = self.x  # 3
        [P(i) for i in range(3)]  # 4
    """,
    "contextmanager": """
        from contextlib import contextmanager  # 1
        @contextmanager  # *
        def opened(n):  # *
            yield n  # 2
            after = 1  # 2
        for i in range(2):  # 3
            with opened(i) as k:  # 4
                k  # 2
    """,
    "multi-line string": '''
        text = """  # 1
        a
        b"""
        n = len(text)  # 1
    ''',
    "await": """
        import asyncio  # 1
        async def f(n):  # 1
            await asyncio.sleep(0)  # 3
            return n  # 3
        await f(1)  # 1
        for i in range(2):  # 3
            await f(i)  # 2
    """,
    "gather": """
        import asyncio  # 1
        async def f(n):  # 1
            for i in range(n):  # 9
                await asyncio.sleep(0)  # 6
            return n  # 3
        r = await asyncio.gather(f(1), f(2), f(3))  # 1
    """,
    "async with": """
        class C:  # 1
            async def __aenter__(self):  # 1
                return 1  # 2
            async def __aexit__(self, *a):  # 1
                return None  # 2
        async def f():  # 1
            async with C() as c:  # 4
                c + 1  # 2
        await f()  # 1
        await f()  # 1
    """,
    "task that outlives its await": """
        import asyncio  # 1
        async def f():  # 1
            await asyncio.sleep(0)  # 1
            return 1  # 1
        task = asyncio.ensure_future(f())  # 1
        for i in range(5):  # 6
            await asyncio.sleep(0)  # 5
        task.result()  # 1
    """,
    "star expressions and walrus": """
        a, *b = range(4)  # 1
        if (n := len(b)) > 2:  # 1
            c = [*b, n]  # 1
    """,
    "global and nonlocal": """
        k = 0  # 1
        def bump():  # 1
            global k
            k += 1  # 4
        def counter():  # 1
            n = 0  # 1
            def up():  # 1
                nonlocal n
                n += 1  # 3
            return up  # 1
        up = counter()  # 1
        for i in range(3):  # 4
            up()  # 3
            bump()  # 3
        bump()  # 1
    """,
    "del and redefinition": """
        def f():  # 1
            return 1  # 1
        f()  # 1
        del f  # 1
        def f():  # 1
            return 2  # 2
        f(), f()  # 1
    """,
    "exec of text stays apart": """
        ns = {}  # 1
        exec("def h():\\n    return 1\\nh()", ns)  # 1
        ns["h"]()  # 1
    """,
    "sort key and callbacks": """
        def key(x):  # 1
            return -x  # 5
        sorted(range(5), key=key)  # 1
        list(map(key, []))  # 1
    """,
    "operators": """
        class V:  # 1
            def __add__(self, other):  # 1
                return self  # 3
            def __len__(self):  # 1
                return 2  # 1
            def __getattr__(self, name):  # 1
                return 1  # 1
        v = V()  # 1
        v + v + v  # 1
        v += v  # 1
        len(v), v.missing  # 1
    """,
}
