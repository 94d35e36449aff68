"""Colours for terminals. Weft writes none."""

COLORIZE = False


class ANSIColors:
    BOLD_GREEN = BOLD_MAGENTA = BOLD_RED = GREEN = GREY = MAGENTA = RED = ""
    RESET = YELLOW = ""


def get_colors(colorize=False):
    return ANSIColors()


def can_colorize():
    return False
