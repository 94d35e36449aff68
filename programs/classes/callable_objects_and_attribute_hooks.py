class Recorder:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args: self.log.append((name, args)) or self

    def __setattr__(self, name, value):
        self.log.append(("set " + name, value))

    def __call__(self, *args, **options):
        return len(args), sorted(options)


recorder = Recorder()
recorder.move(1, 2).turn("left")
recorder.speed = 9
print(recorder.log)
print(recorder(1, 2, fast=True, armed=False), callable(recorder))
print(hasattr(recorder, "_hidden"), hasattr(recorder, "anything"))
