@a.b[0](1) if c else d
def f(): pass
@(x := y)
async def g(): pass
