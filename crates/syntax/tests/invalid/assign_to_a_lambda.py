(lambda: x) = y
