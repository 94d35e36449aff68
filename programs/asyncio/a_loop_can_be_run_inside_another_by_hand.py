import asyncio


async def inner(name):
    await asyncio.sleep(0)
    return name, asyncio.current_task().get_name()


async def main():
    """What libraries do that let loops nest: the task gives up its place while another loop runs."""
    loop = asyncio.get_running_loop()
    tasks = asyncio.tasks._current_tasks
    print(tasks[loop] is asyncio.current_task(), len(tasks), loop in tasks)
    mine = tasks.pop(loop)
    print(asyncio.current_task(), tasks.get(loop), tasks.pop(loop, "nobody"))
    asyncio._set_running_loop(None)
    other = asyncio.new_event_loop()
    print(other.run_until_complete(other.create_task(inner("nested"), name="other")))
    other.close()
    asyncio._set_running_loop(loop)
    tasks[loop] = mine
    print(asyncio.current_task() is mine, list(tasks) == [loop])
    print(await asyncio.create_task(inner("after"), name="next"))
    try:
        asyncio._enter_task(loop, mine)
    except RuntimeError as error:
        print(str(error).split("<")[0])
    try:
        asyncio._leave_task(loop, None)
    except RuntimeError as error:
        print(str(error).split("<")[0])


asyncio.run(main())
