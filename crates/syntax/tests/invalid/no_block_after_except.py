try:
    a
except A:
b
