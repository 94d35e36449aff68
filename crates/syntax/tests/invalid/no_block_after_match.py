match a:
b
