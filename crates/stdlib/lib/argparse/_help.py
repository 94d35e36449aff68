"""The text of help and usage."""

from ._names import (ONE_OR_MORE, OPTIONAL, PARSER, REMAINDER, SUPPRESS,
                     ZERO_OR_MORE)


def _terminal_width():
    import os
    try:
        columns = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size().columns
        except (AttributeError, OSError, ValueError):
            columns = 80
    return columns if columns > 0 else 80


class _Section:
    """A part of the help with a heading."""

    def __init__(self, formatter, parent, heading=None):
        self.formatter = formatter
        self.parent = parent
        self.heading = heading
        self.items = []

    def format_help(self):
        if self.parent is not None:
            self.formatter._indent()
        text = "".join(part for part in
                       [func(*args) for func, args in self.items]
                       if part and part is not SUPPRESS)
        if self.parent is not None:
            self.formatter._dedent()
        if not text:
            return ""
        heading = ""
        if self.heading is not SUPPRESS and self.heading is not None:
            indent = " " * self.formatter._current_indent
            heading = f"{indent}{self.heading}:\n"
        return f"\n{heading}{text}\n"


class HelpFormatter:
    """Formats help; which formatter is used is all that is public here."""

    def __init__(self, prog, indent_increment=2, max_help_position=24,
                 width=None):
        if width is None:
            width = _terminal_width() - 2
        self._prog = prog
        self._indent_increment = indent_increment
        self._max_help_position = min(max_help_position,
                                      max(width - 20, indent_increment * 2))
        self._width = width
        self._current_indent = 0
        self._level = 0
        self._action_max_length = 0
        self._root_section = _Section(self, None)
        self._current_section = self._root_section

    def _indent(self):
        self._current_indent += self._indent_increment
        self._level += 1

    def _dedent(self):
        self._current_indent -= self._indent_increment
        self._level -= 1

    def _add_item(self, func, args):
        self._current_section.items.append((func, args))

    # What the parser calls.

    def start_section(self, heading):
        self._indent()
        section = _Section(self, self._current_section, heading)
        self._add_item(section.format_help, [])
        self._current_section = section

    def end_section(self):
        self._current_section = self._current_section.parent
        self._dedent()

    def add_text(self, text):
        if text is not SUPPRESS and text is not None:
            self._add_item(self._format_text, [text])

    def add_usage(self, usage, actions, groups, prefix=None):
        if usage is not SUPPRESS:
            self._add_item(self._format_usage,
                           (usage, actions, groups, prefix))

    def add_argument(self, action):
        if action.help is SUPPRESS:
            return
        lengths = [len(self._format_action_invocation(action))
                   + self._current_indent]
        for subaction in self._iter_indented_subactions(action):
            lengths.append(len(self._format_action_invocation(subaction))
                           + self._current_indent)
        self._action_max_length = max(self._action_max_length, *lengths)
        self._add_item(self._format_action, [action])

    def add_arguments(self, actions):
        for action in actions:
            self.add_argument(action)

    def format_help(self):
        text = self._root_section.format_help()
        while "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
        return text.strip("\n") + "\n" if text else text

    # Usage.

    def _format_usage(self, usage, actions, groups, prefix):
        if prefix is None:
            prefix = "usage: "
        if usage is not None:
            usage = usage % dict(prog=self._prog)
        elif not actions:
            usage = f"{self._prog}"
        else:
            usage = self._wrapped_usage(actions, groups, prefix)
        return f"{prefix}{usage}\n\n"

    def _wrapped_usage(self, actions, groups, prefix):
        optionals = [a for a in actions if a.option_strings]
        positionals = [a for a in actions if not a.option_strings]
        parts = self._get_actions_usage_parts(optionals + positionals, groups)
        prog = self._prog
        usage = " ".join([prog, *(part for part in parts if part)])
        text_width = self._width - self._current_indent
        if len(prefix) + len(usage) <= text_width:
            return usage
        opt_parts = [part for part in parts[:len(optionals)] if part]
        pos_parts = [part for part in parts[len(optionals):] if part]

        def lines_of(parts, indent, lead=None):
            """Fill lines; the first begins behind `lead`, if given."""
            lines = []
            line = []
            length = len(indent if lead is None else lead) - 1
            for part in parts:
                if length + 1 + len(part) > text_width and line:
                    lines.append(indent + " ".join(line))
                    line = []
                    length = len(indent) - 1
                line.append(part)
                length += len(part) + 1
            if line:
                lines.append(indent + " ".join(line))
            if lead is not None:
                lines[0] = lines[0][len(indent):]
            return lines

        if len(prefix) + len(prog) <= 0.75 * text_width:
            indent = " " * (len(prefix) + len(prog) + 1)
            if opt_parts:
                lines = lines_of([prog] + opt_parts, indent, prefix)
                lines += lines_of(pos_parts, indent)
            elif pos_parts:
                lines = lines_of([prog] + pos_parts, indent, prefix)
            else:
                lines = [prog]
        else:
            indent = " " * len(prefix)
            lines = lines_of(opt_parts + pos_parts, indent)
            if len(lines) > 1:
                lines = lines_of(opt_parts, indent) \
                    + lines_of(pos_parts, indent)
            lines = [prog] + lines
        return "\n".join(lines)

    def _format_actions_usage(self, actions, groups):
        parts = self._get_actions_usage_parts(actions, groups)
        return " ".join(part for part in parts if part)

    def _get_actions_usage_parts(self, actions, groups):
        """Return one text an action, with the brackets of its group."""
        grouped = set()
        places = []
        for group in groups:
            members = group._group_actions
            if not members:
                raise ValueError(f"empty group {group}")
            if all(member.help is SUPPRESS for member in members):
                continue
            if members[0] not in actions:
                continue
            start = actions.index(members[0])
            end = start + len(members)
            if actions[start:end] == members:
                grouped.update(members)
                places.append((start, end, group))
        parts = [self._usage_part(action, action in grouped)
                 for action in actions]
        for start, end, group in places:
            shown = [part for part in parts[start:end] if part is not None]
            if group.required:
                left, right = ("(", ")") if len(shown) > 1 else ("", "")
            else:
                left, right = "[", "]"
            places_shown = [position for position in range(start, end)
                            if parts[position] is not None]
            for position in places_shown[:-1]:
                parts[position] += " |"
            parts[places_shown[0]] = left + parts[places_shown[0]]
            parts[places_shown[-1]] += right
        return parts

    def _usage_part(self, action, in_group):
        if action.help is SUPPRESS:
            return None
        if not action.option_strings:
            default = self._get_default_metavar_for_positional(action)
            part = self._format_args(action, default)
            if in_group and part[:1] == "[" and part[-1:] == "]":
                part = part[1:-1]
            return part
        if action.nargs == 0:
            part = action.format_usage()
        else:
            default = self._get_default_metavar_for_optional(action)
            part = (f"{action.option_strings[0]} "
                    f"{self._format_args(action, default)}")
        return part if action.required or in_group else f"[{part}]"

    # Arguments.

    def _format_text(self, text):
        if "%(prog)" in text:
            text = text % dict(prog=self._prog)
        width = max(self._width - self._current_indent, 11)
        indent = " " * self._current_indent
        return self._fill_text(text, width, indent) + "\n\n"

    def _format_action(self, action):
        help_position = min(self._action_max_length + 2,
                            self._max_help_position)
        help_width = max(self._width - help_position, 11)
        action_width = help_position - self._current_indent - 2
        indent = " " * self._current_indent
        header = self._format_action_invocation(action)
        first_indent = help_position
        if not action.help:
            parts = [f"{indent}{header}\n"]
        elif len(header) <= action_width:
            parts = [f"{indent}{header:<{action_width}}  "]
            first_indent = 0
        else:
            parts = [f"{indent}{header}\n"]
        if action.help and action.help.strip():
            lines = self._split_lines(self._expand_help(action), help_width)
            if lines:
                parts.append(f"{' ' * first_indent}{lines[0]}\n")
                for line in lines[1:]:
                    parts.append(f"{' ' * help_position}{line}\n")
        elif not parts[-1].endswith("\n"):
            parts.append("\n")
        parts += [self._format_action(subaction)
                  for subaction in self._iter_indented_subactions(action)]
        return "".join(parts)

    def _format_action_invocation(self, action):
        if not action.option_strings:
            default = self._get_default_metavar_for_positional(action)
            return " ".join(self._metavar_formatter(action, default)(1))
        text = ", ".join(action.option_strings)
        if action.nargs == 0:
            return text
        default = self._get_default_metavar_for_optional(action)
        return f"{text} {self._format_args(action, default)}"

    def _metavar_formatter(self, action, default_metavar):
        if action.metavar is not None:
            result = action.metavar
        elif action.choices is not None:
            result = "{" + ",".join(map(str, action.choices)) + "}"
        else:
            result = default_metavar

        def format(size):
            return result if isinstance(result, tuple) else (result,) * size

        return format

    def _format_args(self, action, default_metavar):
        metavar = self._metavar_formatter(action, default_metavar)
        nargs = action.nargs
        if nargs is None:
            return "%s" % metavar(1)
        if nargs == OPTIONAL:
            return "[%s]" % metavar(1)
        if nargs == ZERO_OR_MORE:
            names = metavar(1)
            if len(names) == 2:
                return "[%s [%s ...]]" % names
            return "[%s ...]" % names
        if nargs == ONE_OR_MORE:
            return "%s [%s ...]" % metavar(2)
        if nargs == REMAINDER:
            return "..."
        if nargs == PARSER:
            return "%s ..." % metavar(1)
        if nargs == SUPPRESS:
            return ""
        if not isinstance(nargs, int):
            raise ValueError("invalid nargs value")
        return " ".join(["%s"] * nargs) % metavar(nargs)

    def _expand_help(self, action):
        text = self._get_help_string(action)
        params = {name: value for name, value in
                  dict(vars(action), prog=self._prog).items()
                  if value is not SUPPRESS}
        for name, value in params.items():
            if hasattr(value, "__name__"):
                params[name] = value.__name__
        if params.get("choices") is not None:
            params["choices"] = ", ".join(map(str, params["choices"]))
        return text % params

    def _iter_indented_subactions(self, action):
        get_subactions = getattr(action, "_get_subactions", None)
        if get_subactions is not None:
            self._indent()
            yield from get_subactions()
            self._dedent()

    def _split_lines(self, text, width):
        import textwrap
        return textwrap.wrap(" ".join(text.split()), width)

    def _fill_text(self, text, width, indent):
        import textwrap
        return textwrap.fill(" ".join(text.split()), width,
                             initial_indent=indent,
                             subsequent_indent=indent)

    def _get_help_string(self, action):
        return action.help

    def _get_default_metavar_for_optional(self, action):
        return action.dest.upper()

    def _get_default_metavar_for_positional(self, action):
        return action.dest


class RawDescriptionHelpFormatter(HelpFormatter):
    """Leaves the lines of descriptions as they are."""

    def _fill_text(self, text, width, indent):
        return "".join(indent + line
                       for line in text.splitlines(keepends=True))


class RawTextHelpFormatter(RawDescriptionHelpFormatter):
    """Leaves the lines of all texts as they are."""

    def _split_lines(self, text, width):
        return text.splitlines()


class ArgumentDefaultsHelpFormatter(HelpFormatter):
    """Adds the default to the help of an argument."""

    def _get_help_string(self, action):
        text = action.help
        if text is None:
            text = ""
        if "%(default)" not in text and action.default is not SUPPRESS \
                and (action.option_strings
                     or action.nargs in (OPTIONAL, ZERO_OR_MORE)):
            text += " (default: %(default)s)"
        return text


class MetavarTypeHelpFormatter(HelpFormatter):
    """Calls a value by its type."""

    def _get_default_metavar_for_optional(self, action):
        return action.type.__name__

    def _get_default_metavar_for_positional(self, action):
        return action.type.__name__
