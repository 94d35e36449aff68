import asyncio


def tick(loop, left):
    print("tick", left)
    if left == 0:
        loop.stop()
    else:
        loop.call_soon(tick, loop, left - 1)


loop = asyncio.new_event_loop()
loop.call_soon(tick, loop, 3)
loop.call_soon(print, "after the first tick")
loop.run_forever()
loop.call_soon(loop.stop)
loop.call_soon(print, "the turn in progress is finished")
loop.run_forever()
loop.close()
print("closed")
