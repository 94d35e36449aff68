def level(number):
    try:
        if number:
            yield from level(number - 1)
        else:
            yield "bottom"
    finally:
        print("leave level", number)


chain = level(4)
print(next(chain))
chain.close()
print("closed")
