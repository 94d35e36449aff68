# clock: virtual
import asyncio

loop = asyncio.new_event_loop()
loop.call_later(0.03, print, "later 0.03")
loop.call_later(0.01, print, "later 0.01")
loop.call_soon(print, "soon one")
loop.call_soon(lambda: loop.call_soon(print, "soon, asked for by a callback"))
loop.call_soon(print, "soon two")
handle = loop.call_soon(print, "never")
handle.cancel()
print("cancelled:", handle.cancelled())
loop.call_later(0.05, loop.stop)
loop.run_forever()
print("running:", loop.is_running(), "closed:", loop.is_closed())
loop.close()
print("closed:", loop.is_closed())
