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
