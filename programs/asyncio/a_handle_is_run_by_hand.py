import asyncio
import contextvars

name = contextvars.ContextVar("name", default="nobody")


def callback(*args):
    print("called with", args, "as", name.get())
    name.set("changed")


def fails(what):
    raise LookupError(what)


loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: print(sorted(context), repr(context["exception"]), repr(context["handle"]).split(" at ")[0]))
context = contextvars.copy_context()
context.run(name.set, "somebody")
handle = loop.call_soon(callback, 1, 2, context=context)
print(handle.get_context() is context, handle._args, handle._callback is callback, handle.cancelled())
handle._run()
print(name.get(), context[name])
handle.cancel()
print(handle.cancelled(), handle._callback, handle._args)
single = asyncio.Handle(callback, (), loop)
single._run()
single._args = ("given later",)
single._run()
asyncio.Handle(fails, ("nothing",), loop)._run()
asyncio.Handle(fails, (), loop)._run()


class Own(asyncio.Handle):
    def _run(self):
        print("own run")
        super()._run()


loop._ready.append(Own(callback, (3,), loop))
loop.call_soon(fails, "in the loop")
loop.call_soon(callback, "last")
loop.call_soon(loop.stop)
loop.run_forever()
loop.call_soon(callback, "in debug mode")
loop.set_debug(True)
loop.call_soon(loop.stop)
loop.run_forever()
loop.set_debug(False)
for broken in (SystemExit(3), KeyboardInterrupt()):
    def leave(error=broken):
        raise error

    loop.call_soon(leave)
    loop.call_soon(callback, "stays queued")
    loop.call_soon(loop.stop)
    try:
        loop.run_forever()
    except BaseException as error:
        print(repr(error), len(loop._ready))
    loop.run_forever()
timer = loop.call_later(0.001, callback, "timer")
print(type(timer).__mro__[1].__name__, timer.when() > 0, timer == timer, timer <= timer, hash(timer) == hash(timer.when()))
timer.cancel()
loop.close()
