class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self.name

    def __exit__(self, *details):
        print("close", self.name)


with (
    Door("front") as front,
    Door("back") as back,
):
    print(front, back)
with Door("left"), Door("right") as right:
    print(right)


def through():
    with Door("cellar"):
        return "left by return"


print(through())
for _ in range(3):
    with Door("loop"):
        break
