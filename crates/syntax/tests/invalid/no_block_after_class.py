class A:
b
