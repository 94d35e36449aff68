def readings():
    try:
        for value in (20, 21, 35, 22):
            yield value
    finally:
        print("sensor released")


for value in readings():
    print("read", value)
    if value > 30:
        break
print("after the loop")
