def parse(text):
    try:
        value = int(text)
    except ValueError:
        print(f"{text!r} is no number")
    else:
        print("parsed", value)
        return value
    finally:
        print("next")


print([parse(text) for text in ("12", "twelve", " 7 ")])
