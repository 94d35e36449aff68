class A: pass
class B(): x = 1
@d
@e.f(1)
class C(A, *B, metaclass=M, **kw):
    """doc"""
    def m(self): ...
