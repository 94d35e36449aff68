while a:
    break
else:
    continue
for x in y: pass
for x, *y in a, b:
    pass
else: pass
for x.a, y[0] in z: pass
for x in *a, b: pass
