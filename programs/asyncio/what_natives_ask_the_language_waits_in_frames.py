"""Loops, futures and tasks whose methods a script overrides, in the order CPython calls them, very deep and with errors."""

import asyncio
import sys

sys.setrecursionlimit(30_000)
log = []


def attempt(what, call):
    try:
        outcome = call()
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    print(what, "->", outcome, log)
    log.clear()


class Loud(asyncio.SelectorEventLoop):
    refuses = ()

    def call_soon(self, callback, *args, context=None):
        name = getattr(callback, "__name__", type(callback).__name__)
        log.append(f"call_soon {name}")
        if name in self.refuses:
            raise LookupError(name)
        return super().call_soon(callback, *args, context=context)


def one(future):
    log.append("one")


def two(future):
    log.append("two")


def three(future):
    log.append("three")


def settle(how, refuses=()):
    loop = Loud()
    loop.refuses = refuses
    future = loop.create_future()
    for callback in (one, two, three):
        future.add_done_callback(callback)
    log.clear()
    try:
        return how(future)
    except BaseException as error:
        return repr(error), future.done(), len(future._callbacks or ())
    finally:
        log.append("then")
        loop.refuses = ()
        loop.call_later(0, loop.stop)
        loop.run_forever()
        if future.done() and not future.cancelled():
            future.exception()
        loop.close()


class Made(Exception):
    def __init__(self):
        log.append("made")


class Unmade(Exception):
    def __init__(self):
        raise ZeroDivisionError("unmade")


attempt("set_result", lambda: settle(lambda f: f.set_result(1)))
attempt("set_exception", lambda: settle(lambda f: f.set_exception(ValueError())))
attempt("set_exception of a class", lambda: settle(lambda f: f.set_exception(Made)))
attempt("set_exception of a class that fails", lambda: settle(lambda f: f.set_exception(Unmade)))
attempt("cancel", lambda: settle(lambda f: f.cancel()))
attempt("refused first", lambda: settle(lambda f: f.set_result(1), ["one"]))
attempt("refused second", lambda: settle(lambda f: f.set_result(1), ["two"]))
attempt("refused last", lambda: settle(lambda f: f.cancel(), ["three"]))
attempt("added when done", lambda: settle(lambda f: (f.cancel(), f.add_done_callback(one))))


async def sleeper():
    log.append("runs")
    await asyncio.sleep(0)
    log.append("again")
    return "slept"


def run(main, loop):
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()
        asyncio.set_event_loop(None)


attempt("run", lambda: run(sleeper(), Loud()))


# Chains of objects that show each other.
class Shows:
    def __init__(self, shown):
        self.shown = shown

    def __repr__(self):
        return f"<{len(repr(self.shown)) > 2}>"


async def chain_of_futures(depth):
    loop = asyncio.get_running_loop()
    shown = "end"
    for _ in range(depth):
        future = loop.create_future()
        future.set_result(Shows(shown))
        shown = future
    return repr(shown)


print(asyncio.run(chain_of_futures(1000)))


async def chain_of_handles(depth):
    loop = asyncio.get_running_loop()
    handle = "end"
    for _ in range(depth):
        handle = loop.call_soon(Named(handle))
    text = repr(handle)
    return text


class Named:
    def __init__(self, shown):
        self.shown = shown

    def __repr__(self):
        return f"<named {len(repr(self.shown)) > 2}>"

    def __call__(self):
        pass


print(asyncio.run(chain_of_handles(1000)))


# Errors whose text shows a task.
class Awkward:
    def __init__(self, text):
        self.text = text

    def __await__(self):
        yield self

    def __repr__(self):
        log.append("repr")
        return self.text


async def awkward(thing):
    try:
        await thing
    except RuntimeError as error:
        text = str(error)
        return text[:len("Task got bad yield")], text[-9:]


attempt("bad yield", lambda: asyncio.run(awkward(Awkward("<awkward>"))))


async def refuse(thing):
    asyncio.get_running_loop().create_task(thing)


attempt("no coroutine", lambda: asyncio.run(refuse(Awkward("<nothing>"))))


class Foreign:
    """What follows the protocol of futures."""

    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop = loop
        self.waiting = []

    def get_loop(self):
        log.append("get_loop")
        return self.loop

    def add_done_callback(self, callback, *, context):
        log.append("add_done_callback")
        self.waiting.append((callback, context))

    def cancel(self, msg=None):
        log.append(f"cancel {msg}")
        return msg != "keep"

    def result(self):
        log.append("result")
        if self.loop is None:
            raise KeyError("failed")
        return "given"

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        return self.result()

    def wake(self):
        for callback, context in self.waiting:
            self.loop.call_soon(callback, self, context=context)


async def wait_for(foreign):
    try:
        return await foreign
    except BaseException as error:
        return repr(error)


async def foreign(action, *, early=False):
    loop = asyncio.get_running_loop()
    future = Foreign(loop)
    task = loop.create_task(wait_for(future))
    if early:
        task.cancel("early")
    await asyncio.sleep(0)
    if not early:
        action(task)
    await asyncio.sleep(0)
    if future.waiting:
        future.wake()
    return await task


attempt("foreign", lambda: asyncio.run(foreign(lambda task: None)))
attempt("foreign cancelled", lambda: asyncio.run(foreign(lambda task: log.append(task.cancel("go")))))
attempt("foreign kept", lambda: asyncio.run(foreign(lambda task: log.append(task.cancel("keep")))))
attempt("foreign cancelled before", lambda: asyncio.run(foreign(None, early=True)))


# Tasks that wait for tasks of other classes are cancelled in turn.
class OwnTask(asyncio.Task):
    cancels = 0

    def cancel(self, msg=None):
        OwnTask.cancels += 1
        return super().cancel(msg=msg)


async def wait_deep(task):
    await task


async def cancel_deep(depth):
    loop = asyncio.get_running_loop()
    inner = loop.create_future()
    for _ in range(depth):
        inner = OwnTask(wait_deep(inner), loop=loop)
        await asyncio.sleep(0)
    cancelled = inner.cancel()
    try:
        await inner
    except asyncio.CancelledError:
        return cancelled, OwnTask.cancels


print(asyncio.run(cancel_deep(1000)))


# Eager tasks begin within one another.
async def eager(depth):
    if depth:
        return 1 + await asyncio.create_task(eager(depth - 1))
    return 0


async def eager_fails(depth):
    if depth == 0:
        raise LookupError("innermost")
    task = asyncio.create_task(eager_fails(depth - 1))
    log.append(task.done())
    await task


async def start_eager(coroutine):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    current = asyncio.current_task()
    task = asyncio.create_task(coroutine)
    assert asyncio.current_task() is current
    return await task


print(asyncio.run(start_eager(eager(500))))
attempt("eager fails", lambda: asyncio.run(start_eager(eager_fails(2))))


# Queues that compare in the language.
class Item:
    def __init__(self, rank):
        self.rank = rank

    def __lt__(self, other):
        log.append(f"{self.rank}<{other.rank}")
        if 13 in (self.rank, other.rank):
            raise ArithmeticError("thirteen")
        return self.rank < other.rank


async def ranks():
    queue = asyncio.PriorityQueue()
    for rank in (3, 1, 2):
        queue.put_nowait(Item(rank))
    try:
        queue.put_nowait(Item(13))
    except ArithmeticError as error:
        log.append(str(error))
    log.append((queue.qsize(), queue._unfinished_tasks))
    queue._queue.pop()
    getter = asyncio.create_task(drain(queue))
    await asyncio.sleep(0)
    await queue.put(Item(7))
    return await getter


async def drain(queue):
    got = [(await queue.get()).rank for _ in range(4)]
    return got, queue.empty()


attempt("ranks", lambda: asyncio.run(ranks()))


class Once:
    """Its comparison has a queue of its own compare."""

    def __init__(self, depth):
        self.depth = depth

    def __lt__(self, other):
        return self.depth == 0 or put_two(self.depth - 1)


def put_two(depth):
    queue = asyncio.PriorityQueue()
    queue.put_nowait(Once(depth))
    queue.put_nowait(Once(depth))
    return True


print(put_two(1000))


# Reports of the loop go through its own methods, while the exception is handled.
class Reporting(asyncio.SelectorEventLoop):
    def call_exception_handler(self, context):
        log.append((context["message"].split(" at ")[0], repr(sys.exception())))
        if "raises" in context["message"]:
            raise SystemExit("from the report")


def fails():
    raise ValueError("failed")


def fails_and_raises():
    raise ValueError("raises")


def report(*callbacks):
    loop = Reporting()
    try:
        for callback in callbacks:
            loop.call_soon(callback)
        loop.call_soon(lambda: log.append(repr(sys.exception())))
        loop.call_soon(loop.stop)
        loop.run_forever()
    finally:
        loop.close()


attempt("report", lambda: report(fails, fails))
attempt("report that leaves", lambda: report(fails_and_raises, fails))


# Callbacks are told from one another by the language.
class Equal:
    def __init__(self, name):
        self.name = name

    def __call__(self, future):
        log.append(self.name)

    def __eq__(self, other):
        log.append(f"{self.name}=={other.name}")
        return self.name == other.name


async def removed():
    future = asyncio.get_running_loop().create_future()
    for name in "abab":
        future.add_done_callback(Equal(name))
    log.append(future.remove_done_callback(Equal("a")))
    future.set_result(None)
    await asyncio.sleep(0)


attempt("removed", lambda: asyncio.run(removed()))
