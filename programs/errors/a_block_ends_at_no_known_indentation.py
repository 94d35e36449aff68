def consume():
    while True:
        item = yield
      print(item)
