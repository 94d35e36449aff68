# One-way constraints between variables: plans are made by walking a graph of objects, then carried out many times.
N = 1_500
LENGTH = 150


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.uses = []
        self.source = None


class Constraint:
    def __init__(self, *variables):
        self.variables = variables
        for variable in variables[:-1]:
            variable.uses.append(self)
        self.output.source = self

    @property
    def output(self):
        return self.variables[-1]

    def is_ready(self, known):
        return all(variable in known for variable in self.variables[:-1])

    def execute(self):
        raise NotImplementedError


class Equal(Constraint):
    def execute(self):
        self.output.value = self.variables[0].value


class Scaled(Constraint):
    def __init__(self, source, factor, offset, target):
        self.factor = factor
        self.offset = offset
        super().__init__(source, target)

    def execute(self):
        self.output.value = (self.variables[0].value * self.factor + self.offset) % 65521


class Sum(Constraint):
    def execute(self):
        self.output.value = sum(variable.value for variable in self.variables[:-1]) % 65521


def plan_from(start):
    known = set(start)
    todo = list(start)
    plan = []
    while todo:
        for constraint in todo.pop().uses:
            if constraint.output not in known and constraint.is_ready(known):
                plan.append(constraint)
                known.add(constraint.output)
                todo.append(constraint.output)
    return plan


def build(length):
    variables = [Variable(f"v{i}", i) for i in range(length)]
    for i in range(1, length):
        if i % 3 == 0:
            Equal(variables[i - 1], variables[i])
        elif i % 3 == 1:
            Scaled(variables[i - 1], 3, i, variables[i])
        else:
            Sum(variables[i - 1], variables[i // 2], variables[i])
    return variables


def main():
    check = 0
    for turn in range(N):
        variables = build(LENGTH)
        plan = plan_from(variables[:1])
        for value in range(8):
            variables[0].value = value + turn
            for constraint in plan:
                constraint.execute()
            check = (check * 31 + variables[-1].value) % 1000000007
    print(check, len(plan))


main()
