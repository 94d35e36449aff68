async def main():
    for thing in (42, "text", None, [1], (n for n in ())):
        try:
            await thing
        except TypeError as error:
            print(error)


try:
    main().send(None)
except StopIteration:
    print("survived")
