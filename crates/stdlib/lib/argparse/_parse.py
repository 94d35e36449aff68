"""One run of a parser over the words of a command line.

The words are classed first: O for an option, A for an argument, - for the
first "--", after which everything is an argument. How many words an argument
takes is then decided on that pattern of letters.
"""

from ._names import (ONE_OR_MORE, OPTIONAL, PARSER, REMAINDER, SUPPRESS,
                     ZERO_OR_MORE, ArgumentError, action_name)


def _shape(nargs):
    """Return (least, most or None, may contain options) of `nargs`."""
    if nargs is None:
        return 1, 1, False
    if nargs == OPTIONAL:
        return 0, 1, False
    if nargs == ZERO_OR_MORE:
        return 0, None, False
    if nargs == ONE_OR_MORE:
        return 1, None, False
    if nargs == REMAINDER:
        return 0, None, True
    if nargs == PARSER:
        return 1, None, True
    if nargs == SUPPRESS:
        return 0, 0, False
    return nargs, nargs, False


def _spans(action, pattern, start):
    """Return where the words of an argument may end, the longest first."""
    least, most, with_options = _shape(action.nargs)
    optional = bool(action.option_strings)
    ends = []
    taken = 0
    position = start
    # An argument may be preceded by "--", which does not count; an option
    # takes its words before it only.
    while True:
        if taken >= least and (most is None or taken <= most):
            ends.append(position)
        if position >= len(pattern):
            break
        letter = pattern[position]
        if letter == "-":
            if optional:
                break
        elif letter == "A" or with_options and (taken or not least):
            if most is not None and taken == most:
                break
            taken += 1
        else:
            break
        position += 1
    ends.reverse()
    return ends


def _match_all(actions, pattern, start):
    """Return how many words each argument takes, or None."""
    if not actions:
        return []
    for end in _spans(actions[0], pattern, start):
        rest = _match_all(actions[1:], pattern, end)
        if rest is not None:
            return [end - start, *rest]
    return None


class Run:
    """The state of one run."""

    def __init__(self, parser, words, namespace):
        self.parser = parser
        self.namespace = namespace
        if parser.fromfile_prefix_chars is not None:
            words = self._read_files(words)
        self.words = words
        self.positionals = parser._get_positional_actions()
        self.extras = []
        self.seen = set()
        self.seen_non_default = set()
        self.warned = set()
        self.conflicts = {}
        for group in parser._mutually_exclusive_groups:
            for action in group._group_actions:
                others = self.conflicts.setdefault(action, [])
                others += [other for other in group._group_actions
                           if other is not action]
        self.options = {}
        self.pattern = self._classify()

    def _read_files(self, words):
        """Replace @file by the words in the file."""
        result = []
        for word in words:
            if not word or word[0] not in self.parser.fromfile_prefix_chars:
                result.append(word)
                continue
            try:
                with open(word[1:]) as file:
                    inner = []
                    for line in file.read().splitlines():
                        inner += self.parser.convert_arg_line_to_args(line)
                result += self._read_files(inner)
            except OSError as err:
                raise ArgumentError(None, str(err)) from None
        return result

    def _classify(self):
        letters = []
        for index, word in enumerate(self.words):
            if word == "--":
                letters.append("-")
                letters += "A" * (len(self.words) - index - 1)
                break
            candidates = self._as_option(word)
            if candidates is None:
                letters.append("A")
            else:
                self.options[index] = candidates
                letters.append("O")
        return "".join(letters)

    # Options.

    def _as_option(self, word):
        """Return [(action, option, separator, value)], None for no option."""
        parser = self.parser
        known = parser._option_string_actions
        if not word or word[0] not in parser.prefix_chars:
            return None
        if word in known:
            return [(known[word], word, None, None)]
        if len(word) == 1:
            return None
        option, sep, value = word.partition("=")
        if sep and option in known:
            return [(known[option], option, sep, value)]
        candidates = self._abbreviated(word)
        if candidates:
            return candidates
        from . import _looks_negative
        if _looks_negative(word) \
                and not parser._has_negative_number_optionals:
            return None
        if " " in word:
            return None
        return [(None, word, None, None)]

    def _abbreviated(self, word):
        """Return the options a word may be short for or begin with."""
        parser = self.parser
        chars = parser.prefix_chars
        known = parser._option_string_actions
        prefix, sep, value = word.partition("=")
        if not sep:
            sep = value = None
        if word[1] in chars:
            if not parser.allow_abbrev:
                return []
            return [(action, option, sep, value)
                    for option, action in known.items()
                    if option.startswith(prefix)]
        found = []
        for option, action in known.items():
            if option == word[:2]:
                # -xVALUE, or -xyz for -x -y -z.
                found.append((action, option, "", word[2:]))
            elif option.startswith(prefix):
                found.append((action, option, sep, value))
        return found

    def _take_option(self, start):
        candidates = self.options[start]
        if len(candidates) > 1:
            listed = ", ".join(option for _, option, _, _ in candidates)
            raise ArgumentError(None, "ambiguous option: "
                                f"{self.words[start]} could match {listed}")
        action, option, sep, value = candidates[0]
        found = []
        stop = start + 1
        while True:
            if action is None:
                self.extras.append(self.words[start])
                break
            if value is None:
                count = self._count_words(action, stop)
                found.append((action, self.words[stop:stop + count], option))
                stop += count
                break
            count = self._count_in(action, "A", 0)
            if count == 1:
                found.append((action, [value], option))
                break
            if count != 0 or option[1] in self.parser.prefix_chars \
                    or value == "":
                raise ArgumentError(action,
                                    f"ignored explicit argument {value!r}")
            # A flag with more flags behind it.
            if sep or value[0] in self.parser.prefix_chars:
                raise ArgumentError(action,
                                    f"ignored explicit argument {value!r}")
            found.append((action, [], option))
            option = option[0] + value[0]
            following = self.parser._option_string_actions.get(option)
            if following is None:
                self.extras.append(option[0] + value)
                break
            action = following
            value = value[1:]
            if not value:
                sep = value = None
            elif value[0] == "=":
                sep, value = "=", value[1:]
            else:
                sep = ""
        for action, words, option in found:
            self._warn_deprecated(action, option)
            self._act(action, words, option)
        return stop

    def _count_words(self, action, start):
        return self._count_in(action, self.pattern, start)

    def _count_in(self, action, pattern, start):
        """Return how many words an option takes, or raise."""
        ends = _spans(action, pattern, start)
        if ends:
            return ends[0] - start
        nargs = action.nargs
        if nargs is None:
            message = "expected one argument"
        elif nargs == OPTIONAL:
            message = "expected at most one argument"
        elif nargs == ONE_OR_MORE:
            message = "expected at least one argument"
        else:
            plural = "" if nargs == 1 else "s"
            message = f"expected {nargs} argument{plural}"
        raise ArgumentError(action, message)

    # Positional arguments.

    def _take_positionals(self, start, match_partial=True):
        counts = []
        for size in range(len(self.positionals), 0, -1):
            counts = _match_all(self.positionals[:size], self.pattern, start)
            if counts is not None:
                break
        counts = counts or []
        taken = self.positionals[:len(counts)]
        # While options follow, an argument that would take nothing waits:
        # its words may stand behind them.
        del self.positionals[:len(counts)]
        for action, count in zip(taken, counts):
            words = self.words[start:start + count]
            letters = self.pattern[start:start + count]
            if "-" in letters and action.nargs != REMAINDER:
                if action.nargs != PARSER or letters[0] == "-":
                    words.remove("--")
            start += count
            if words:
                self._warn_deprecated(action, action.dest)
            self._act(action, words, None)
        return start

    def _warn_deprecated(self, action, option):
        if not action.deprecated or option in self.warned:
            return
        self.warned.add(option)
        kind = "option" if action.option_strings else "argument"
        self.parser._warning(f"{kind} '{option}' is deprecated")

    # Values.

    def _act(self, action, words, option):
        self.seen.add(action)
        values = self._values(action, words)
        if action.option_strings or words:
            self.seen_non_default.add(action)
            for other in self.conflicts.get(action, ()):
                if other in self.seen_non_default:
                    raise ArgumentError(action, "not allowed with argument "
                                        f"{action_name(other)}")
        if values is not SUPPRESS:
            action(self.parser, self.namespace, values, option)

    def _values(self, action, words):
        parser = self.parser
        nargs = action.nargs
        if not words and nargs == OPTIONAL:
            value = action.const if action.option_strings else action.default
            if isinstance(value, str) and value is not SUPPRESS:
                value = parser._get_value(action, value)
            return value
        if not words and nargs == ZERO_OR_MORE and not action.option_strings:
            return [] if action.default is None else action.default
        if len(words) == 1 and nargs in (None, OPTIONAL):
            value = parser._get_value(action, words[0])
            parser._check_value(action, value)
            return value
        if nargs == SUPPRESS:
            return SUPPRESS
        values = [parser._get_value(action, word) for word in words]
        if nargs == PARSER:
            parser._check_value(action, values[0])
        elif nargs != REMAINDER:
            for value in values:
                parser._check_value(action, value)
        return values

    # The run.

    def parse(self):
        """Take all words; return those left over."""
        start = 0
        last_option = max(self.options, default=-1)
        while start <= last_option:
            next_option = start
            while next_option not in self.options:
                next_option += 1
            if start != next_option:
                end = self._take_positionals(start)
                if end > start:
                    start = end
                    continue
            if start not in self.options:
                # Words that no argument takes, up to the next option.
                self.extras += self.words[start:next_option]
                start = next_option
            start = self._take_option(start)
        stop = self._take_positionals(start)
        self.extras += self.words[stop:]
        self._check_required()
        return self.extras

    def _check_required(self):
        missing = []
        for action in self.parser._actions:
            if action in self.seen:
                continue
            if action.required:
                missing.append(action_name(action))
            elif isinstance(action.default, str) \
                    and hasattr(self.namespace, action.dest) \
                    and action.default is getattr(self.namespace,
                                                  action.dest):
                # A default that is a text is converted, as a word would be.
                setattr(self.namespace, action.dest,
                        self.parser._get_value(action, action.default))
        if missing:
            raise ArgumentError(None, "the following arguments are required: "
                                + ", ".join(missing))
        for group in self.parser._mutually_exclusive_groups:
            if not group.required or any(
                    action in self.seen_non_default
                    for action in group._group_actions):
                continue
            names = " ".join(action_name(action)
                             for action in group._group_actions
                             if action.help is not SUPPRESS)
            raise ArgumentError(None,
                                f"one of the arguments {names} is required")
