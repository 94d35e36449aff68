"""Special values of arguments, errors, and how an argument is called."""

SUPPRESS = "==SUPPRESS=="
OPTIONAL = "?"
ZERO_OR_MORE = "*"
ONE_OR_MORE = "+"
PARSER = "A..."
REMAINDER = "..."

# Where a subparser leaves what it did not understand.
UNRECOGNIZED = "_unrecognized_args"


def action_name(argument):
    """Return how messages call an argument."""
    if argument is None:
        return None
    if argument.option_strings:
        return "/".join(argument.option_strings)
    if argument.metavar not in (None, SUPPRESS):
        metavar = argument.metavar
        if not isinstance(metavar, tuple):
            return metavar
        if argument.nargs == ZERO_OR_MORE and len(metavar) == 2:
            return f"{metavar[0]}[, {metavar[1]}]"
        if argument.nargs == ONE_OR_MORE:
            return f"{metavar[0]}[, {metavar[1]}]"
        return ", ".join(metavar)
    if argument.dest not in (None, SUPPRESS):
        return argument.dest
    if argument.choices:
        return "{" + ",".join(map(str, argument.choices)) + "}"
    return None


class ArgumentError(Exception):
    """What is wrong with an argument on the command line."""

    def __init__(self, argument, message):
        self.argument_name = action_name(argument)
        self.message = message

    def __str__(self):
        if self.argument_name is None:
            return f"{self.message}"
        return f"argument {self.argument_name}: {self.message}"


class ArgumentTypeError(Exception):
    """Raised by a type function to say what is wrong with a value."""
