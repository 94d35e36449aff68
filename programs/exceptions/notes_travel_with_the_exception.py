try:
    try:
        int("x7")
    except ValueError as error:
        error.add_note("while reading line 3")
        error.add_note("of settings.ini")
        raise
except ValueError as error:
    print(error)
    for note in error.__notes__:
        print("note:", note)
