match a:
    case {f"": b}: pass
