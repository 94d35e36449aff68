class A(B)
    b
