class Engine:
    def __init__(self):
        self.pressure = 3


print(Engine().presure)
