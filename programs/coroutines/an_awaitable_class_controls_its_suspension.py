class Question:
    def __init__(self, text):
        self.text = text

    def __await__(self):
        answer = yield self.text
        return answer.strip()


async def form():
    name = await Question("Your name?")
    colour = await Question(f"Favourite colour, {name}?")
    return f"{name} likes {colour}"


answers = iter([None, " Ada ", "green\n"])
filling = form()
try:
    while True:
        print(filling.send(next(answers)))
except StopIteration as stop:
    print(stop.value)
