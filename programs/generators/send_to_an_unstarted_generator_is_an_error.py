def echo():
    while True:
        heard = yield
        print("heard", heard)


speaker = echo()
try:
    speaker.send("too early")
except TypeError as error:
    print(error)
speaker.send(None)
speaker.send("now")
