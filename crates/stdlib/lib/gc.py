"""The collector's interface. Objects die with their last reference; there is
no collector of cycles yet, so nothing is ever collected here."""

callbacks = []
garbage = []

_enabled = True
_threshold = (2000, 10, 10)


def enable():
    """Note that collection is wanted."""
    global _enabled
    _enabled = True


def disable():
    """Note that collection is not wanted."""
    global _enabled
    _enabled = False


def isenabled():
    """Tell whether collection is wanted."""
    return _enabled


def collect(generation=2):
    """Give the number of objects collected: none."""
    if not isinstance(generation, int):
        name = type(generation).__name__
        raise TypeError(f"{name!r} object cannot be interpreted as an integer")
    if generation < 0 or generation > 2:
        raise ValueError("invalid generation")
    return 0


def get_count():
    """Give how many objects wait in each generation: none."""
    return (0, 0, 0)


def get_threshold():
    """Give what `set_threshold` was given last."""
    return _threshold


def set_threshold(threshold0, threshold1=None, threshold2=None, /):
    """Remember thresholds; those left out stay."""
    global _threshold
    given = (threshold0, threshold1, threshold2)
    _threshold = tuple(old if new is None else new
                       for old, new in zip(_threshold, given))


def freeze():
    """Leave what lives now out of collection, which is nothing new."""


def unfreeze():
    """Undo `freeze`."""


def get_freeze_count():
    """Give the number of objects that `freeze` took: none."""
    return 0
