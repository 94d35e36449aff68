class Resource:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("released", self.name)


def use():
    local = Resource("local")
    print("using", local.name)


use()
one = two = Resource("shared")
del one
print("still named")
two = None
print("end of program")
