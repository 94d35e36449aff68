name, amount = "tea", 1234.5678
print(f"[{name:<8}] [{name:>8}] [{name:^8}] [{name:*^9}]")
print(f"{amount:.2f} {amount:,.1f} {amount:e} {amount:g} {amount:010.3f} {amount:+}")
print(f"{42:b} {42:#x} {42:08b} {-42:=+8d} {1000000:_} {65:c} {0.256:.1%}")
width, digits = 12, 3
print(f"{amount:{width}.{digits}f}|{name!r:>{width}}|{name = }|{amount * 2 = :.1f}")
print("%s scored %d (%.1f%%) %5s|%-5s|%05d|%x|%r" % ("ann", 7, 70.0, "r", "l", 42, 255, "q"))
print("{0} {1} {0} {key!r:>6} {{}}".format("a", "b", key="k"), "{:>{}}".format("x", 4))
