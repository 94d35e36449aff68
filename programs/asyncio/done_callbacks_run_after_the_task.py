import asyncio


async def work():
    print("working")
    return 42


def report(task):
    print(task.get_name(), "finished with", task.result())


async def main():
    task = asyncio.create_task(work(), name="answer")
    task.add_done_callback(report)
    result = await task
    print("main has", result)
    await asyncio.sleep(0)
    print(asyncio.current_task().get_name().startswith("Task-"), len(asyncio.all_tasks()))


asyncio.run(main())
