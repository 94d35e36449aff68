"""Racing coroutines that start one after the other."""

from . import events, tasks

__all__ = ("staggered_race",)


async def staggered_race(coro_fns, delay, *, loop=None):
    """Start coroutines in turn, each after `delay` or the failure before.

    Return (result of the winner, its index, list of errors).
    """
    from .combinators import wait
    loop = loop or events.get_running_loop()
    winner = None
    winner_index = None
    errors = []
    running = set()
    pending = list(enumerate(coro_fns))

    async def attempt(index, coro_fn):
        nonlocal winner, winner_index
        try:
            result = await coro_fn()
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as exc:
            errors[index] = exc
            return
        if winner_index is None:
            winner, winner_index = result, index
            for task in running:
                if task is not tasks.current_task():
                    task.cancel()

    try:
        while winner_index is None and (pending or running):
            newest = None
            if pending:
                errors.append(None)
                newest = loop.create_task(attempt(*pending.pop(0)))
                running.add(newest)
            if pending:
                await wait({newest}, timeout=delay)
            else:
                await wait(running, return_when=tasks.FIRST_COMPLETED)
            running = {task for task in running if not task.done()}
        if running:
            await wait(running)
        return winner, winner_index, errors
    finally:
        for task in running:
            task.cancel()
