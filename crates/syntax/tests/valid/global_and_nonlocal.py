global a
nonlocal b, c
