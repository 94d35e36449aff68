def connection(name):
    print("open", name)
    try:
        while True:
            request = yield
            print("handle", request)
    except GeneratorExit:
        print("asked to stop")
        raise
    finally:
        print("closed", name)


server = connection("main")
next(server)
server.send("GET /")
server.send("GET /about")
print(server.close())
print(server.close())
try:
    server.send("GET /late")
except StopIteration as stop:
    print("stopped:", stop.value)
