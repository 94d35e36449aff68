a; b; c;
if a: b; c
class A: x = 1; y = 2;
