value = 3
if value:
    return value
