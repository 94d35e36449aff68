while a
    b
