def leave(how):
    for _ in range(1):
        try:
            if how == "return":
                return "returned"
            if how == "break":
                break
            if how == "raise":
                raise ValueError("raised")
            if how == "continue":
                continue
        finally:
            print("finally after", how)
    return "fell out"


for how in ("return", "break", "continue", "raise", "nothing"):
    try:
        print(leave(how))
    except ValueError as error:
        print("caught", error)
