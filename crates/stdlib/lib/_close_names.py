"""Names that are close to one that was not found."""

import sys


def suggestion(exc, tb):
    """Return ". Did you mean: ..." where a name is close to one that is."""
    try:
        if isinstance(exc, AttributeError):
            wrong, names = exc.name, dir(exc.obj)
        elif isinstance(exc, NameError):
            wrong, names = exc.name, _names_in_scope(tb)
        else:
            return ""
    except Exception:
        return ""
    if not isinstance(wrong, str):
        return ""
    text = ""
    best = _closest(wrong, names)
    if best:
        text = f". Did you mean: '{best}'?"
    if isinstance(exc, NameError) and wrong in getattr(
            sys, "stdlib_module_names", ()):
        text += (f" Or did you forget to import '{wrong}'?" if best else
                 f". Did you forget to import '{wrong}'?")
    return text


def _names_in_scope(tb):
    if tb is None:
        return []
    while tb.tb_next is not None:
        tb = tb.tb_next
    frame = tb.tb_frame
    scopes = [frame.f_locals, frame.f_globals, frame.f_builtins]
    return [name for scope in scopes for name in scope]


def _closest(wrong, names):
    """Return the name that the fewest edits lead to, if they are few."""
    if len(wrong) > 40 or len(names) > 750:
        return None
    best = None
    best_cost = len(wrong)
    for name in sorted(name for name in names if isinstance(name, str)):
        if name == wrong:
            continue
        limit = (len(name) + len(wrong) + 3) * 2 // 6
        limit = min(limit, best_cost - 1)
        cost = _edits(wrong, name, limit)
        if cost <= limit and (best is None or cost < best_cost):
            best, best_cost = name, cost
    return best


def _edits(a, b, limit):
    """Return the cost of changing a into b; 2 an edit, 1 for case only."""
    limit *= 2
    if len(b) > 40 or 2 * abs(len(a) - len(b)) > limit:
        return limit // 2 + 1
    row = [2 * column for column in range(len(b) + 1)]
    for index, char in enumerate(a):
        previous, row[0] = row[0], 2 * (index + 1)
        for column, other in enumerate(b):
            if char == other:
                change = 0
            else:
                change = 1 if char.lower() == other.lower() else 2
            cost = min(previous + change, row[column] + 2,
                       row[column + 1] + 2)
            previous, row[column + 1] = row[column + 1], cost
    return (row[-1] + 1) // 2
