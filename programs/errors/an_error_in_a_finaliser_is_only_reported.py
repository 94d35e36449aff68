class Fragile:
    def __del__(self):
        raise RuntimeError("broke while falling")


vase = Fragile()
del vase
print("life goes on")
raise SystemExit(3)
