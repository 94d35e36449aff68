# `with` over generators: contextlib.contextmanager, left normally and by an exception.
from contextlib import contextmanager

N = 800_000


@contextmanager
def counted(log, swallow):
    log[0] += 1
    try:
        yield log
    except ValueError:
        log[1] += 1
        if not swallow:
            raise
    finally:
        log[2] += 1


def main():
    log = [0, 0, 0]
    for i in range(N):
        with counted(log, True) as got:
            if i % 4 == 0:
                raise ValueError(i)
            got[0] += 1
    print(log)


main()
