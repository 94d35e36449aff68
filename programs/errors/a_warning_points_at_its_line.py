import warnings


def old():
    warnings.warn("old() goes away", UserWarning, stacklevel=2)


old()
print("goes on")
