# Exceptions raised and caught: near by, through calls, with `finally`, and translated into others.
N = 1_250_000


class Refused(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def check(value):
    if value % 3 == 0:
        raise Refused(value)
    if value % 3 == 1:
        raise KeyError(value)
    return value


def translate(value, log):
    try:
        return check(value)
    except KeyError as error:
        raise LookupError("missing") from error
    finally:
        log[0] += 1


def main():
    log = [0, 0, 0, 0]
    for i in range(N):
        try:
            log[1] += translate(i, log) & 7
        except Refused as refused:
            log[2] += refused.code & 7
        except LookupError as error:
            log[3] += error.__cause__.args[0] & 7
    print(log)


main()
