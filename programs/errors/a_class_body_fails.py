class Settings:
    width = 10
    ratio = width / 0


print("never")
