match a:
    case C(x=1, 2): pass
