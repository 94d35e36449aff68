import inspect


def two_steps():
    yield "one"
    print(inspect.getgeneratorstate(steps))
    yield "two"


steps = two_steps()
print(inspect.getgeneratorstate(steps))
print(next(steps), inspect.getgeneratorstate(steps))
print(next(steps), steps.gi_running, steps.gi_frame is not None)
steps.close()
print(inspect.getgeneratorstate(steps), steps.gi_frame)
print(steps.__name__, steps.__qualname__)
