"""Wrapping and filling text."""

__all__ = ["TextWrapper", "wrap", "fill", "dedent", "indent", "shorten"]

# Only these count: a no-break space is no place to break.
_whitespace = "\t\n\x0b\x0c\r "
_to_blanks = {ord(char): " " for char in _whitespace}


class TextWrapper:
    """Breaks text into lines of limited width."""

    def __init__(self, width=70, initial_indent="", subsequent_indent="",
                 expand_tabs=True, replace_whitespace=True,
                 fix_sentence_endings=False, break_long_words=True,
                 drop_whitespace=True, break_on_hyphens=True, tabsize=8, *,
                 max_lines=None, placeholder=" [...]"):
        self.width = width
        self.initial_indent = initial_indent
        self.subsequent_indent = subsequent_indent
        self.expand_tabs = expand_tabs
        self.replace_whitespace = replace_whitespace
        self.fix_sentence_endings = fix_sentence_endings
        self.break_long_words = break_long_words
        self.drop_whitespace = drop_whitespace
        self.break_on_hyphens = break_on_hyphens
        self.tabsize = tabsize
        self.max_lines = max_lines
        self.placeholder = placeholder

    def _munge_whitespace(self, text):
        if self.expand_tabs:
            text = text.expandtabs(self.tabsize)
        if self.replace_whitespace:
            text = text.translate(_to_blanks)
        return text

    def _split(self, text):
        """Split text into pieces between which a line may be broken."""
        pieces = []
        start = 0
        while start < len(text):
            blank = text[start] in _whitespace
            end = start + 1
            while end < len(text) and (text[end] in _whitespace) == blank:
                end += 1
            word = text[start:end]
            if blank or not self.break_on_hyphens:
                pieces.append(word)
            else:
                pieces += _split_at_hyphens(word)
            start = end
        return pieces

    def _fix_sentence_endings(self, chunks):
        """Put two blanks after the end of a sentence."""
        for index in range(len(chunks) - 1):
            if chunks[index + 1] == " " and _ends_sentence(chunks[index]):
                chunks[index + 1] = "  "

    def _handle_long_word(self, reversed_chunks, cur_line, cur_len, width):
        space_left = 1 if width < 1 else width - cur_len
        if self.break_long_words:
            chunk = reversed_chunks[-1]
            end = space_left
            if self.break_on_hyphens and len(chunk) > space_left:
                hyphen = chunk.rfind("-", 0, space_left)
                if hyphen > 0 and any(char != "-"
                                      for char in chunk[:hyphen]):
                    end = hyphen + 1
            cur_line.append(chunk[:end])
            reversed_chunks[-1] = chunk[end:]
        elif not cur_line:
            cur_line.append(reversed_chunks.pop())

    def _wrap_chunks(self, chunks):
        if self.width <= 0:
            raise ValueError(f"invalid width {self.width!r} (must be > 0)")
        if self.max_lines is not None:
            indent = (self.subsequent_indent if self.max_lines > 1
                      else self.initial_indent)
            if len(indent) + len(self.placeholder.lstrip()) > self.width:
                raise ValueError("placeholder too large for max width")
        lines = []
        chunks.reverse()
        while chunks:
            indent = self.subsequent_indent if lines else self.initial_indent
            width = self.width - len(indent)
            if self.drop_whitespace and chunks[-1].strip() == "" and lines:
                del chunks[-1]
            line, size = self._take_line(chunks, width)
            if not line:
                continue
            if self._may_add_line(lines, chunks, size, width):
                lines.append(indent + "".join(line))
            else:
                self._end_with_placeholder(lines, line, size, width, indent)
                break
        return lines

    def _take_line(self, chunks, width):
        """Take the chunks of one line; return them and their length."""
        line = []
        size = 0
        while chunks and size + len(chunks[-1]) <= width:
            size += len(chunks[-1])
            line.append(chunks.pop())
        if chunks and len(chunks[-1]) > width:
            self._handle_long_word(chunks, line, size, width)
            size = sum(map(len, line))
        if self.drop_whitespace and line and line[-1].strip() == "":
            size -= len(line[-1])
            del line[-1]
        return line, size

    def _may_add_line(self, lines, chunks, size, width):
        if self.max_lines is None or len(lines) + 1 < self.max_lines:
            return True
        rest_is_blank = not chunks or (self.drop_whitespace
                                       and len(chunks) == 1
                                       and not chunks[0].strip())
        return rest_is_blank and size <= width

    def _end_with_placeholder(self, lines, line, size, width, indent):
        while line:
            if line[-1].strip() and size + len(self.placeholder) <= width:
                line.append(self.placeholder)
                lines.append(indent + "".join(line))
                return
            size -= len(line[-1])
            del line[-1]
        if lines:
            before = lines[-1].rstrip()
            if len(before) + len(self.placeholder) <= self.width:
                lines[-1] = before + self.placeholder
                return
        lines.append(indent + self.placeholder.lstrip())

    def _split_chunks(self, text):
        return self._split(self._munge_whitespace(text))

    def wrap(self, text):
        """Return the lines of a paragraph."""
        chunks = self._split_chunks(text)
        if self.fix_sentence_endings:
            self._fix_sentence_endings(chunks)
        return self._wrap_chunks(chunks)

    def fill(self, text):
        """Return the lines of a paragraph in one text."""
        return "\n".join(self.wrap(text))


def _is_word(char):
    return char.isalnum() or char == "_"


def _is_letter(char):
    return _is_word(char) and not char.isdecimal()


def _split_at_hyphens(word):
    """Split a word after its hyphens and around its dashes."""
    pieces = []
    start = 0
    position = word.find("-")
    while position >= 0:
        end = position + 1
        while end < len(word) and word[end] == "-":
            end += 1
        if end - position > 1:
            if (position > start
                    and (_is_word(word[position - 1])
                         or word[position - 1] in "!\"'&.,?")
                    and end < len(word) and _is_word(word[end])):
                pieces += [word[start:position], word[position:end]]
                start = end
        elif _breaks_after(word, start, position):
            pieces.append(word[start:end])
            start = end
        position = word.find("-", end)
    if start < len(word):
        pieces.append(word[start:])
    return pieces


def _breaks_after(word, start, hyphen):
    """Tell if a hyphen stands between two parts of letters."""
    if hyphen - start < 2 or not _is_letter(word[hyphen - 1]) \
            or not _is_word(word[hyphen - 2]):
        return False
    # What is before the letters must be marks only, from the piece's start.
    position = hyphen - 1
    while position > start and _is_word(word[position - 1]):
        position -= 1
    if any(_is_word(char) for char in word[start:position]):
        return False
    position = hyphen + 1
    if position >= len(word) or not _is_word(word[position]):
        return False
    position += 1
    while position < len(word) and _is_word(word[position]):
        if _is_letter(word[position]):
            return True
        position += 1
    return False


def _ends_sentence(word):
    """Tell if a word ends in a lower-case letter, a stop and quotes."""
    word = word[:-1] if word[-1:] in "\"'" else word
    return (len(word) > 1 and word[-1] in ".!?"
            and word[-2] in "abcdefghijklmnopqrstuvwxyz")


def wrap(text, width=70, **kwargs):
    """Return the lines of a paragraph."""
    return TextWrapper(width=width, **kwargs).wrap(text)


def fill(text, width=70, **kwargs):
    """Return the lines of a paragraph in one text."""
    return TextWrapper(width=width, **kwargs).fill(text)


def shorten(text, width, **kwargs):
    """Collapse blanks and cut the text to a width."""
    wrapper = TextWrapper(width=width, max_lines=1, **kwargs)
    return wrapper.fill(" ".join(text.strip().split()))


def dedent(text):
    """Remove the blanks that all lines begin with."""
    lines = text.split("\n")
    margin = None
    for index, line in enumerate(lines):
        content = line.lstrip(" \t")
        if not content:
            lines[index] = ""
            continue
        lead = line[:len(line) - len(content)]
        if margin is None:
            margin = lead
            continue
        common = 0
        while (common < len(margin) and common < len(lead)
               and margin[common] == lead[common]):
            common += 1
        margin = margin[:common]
    if margin:
        lines = [line.removeprefix(margin) for line in lines]
    return "\n".join(lines)


def indent(text, prefix, predicate=None):
    """Put a prefix before all lines that are not blank."""
    if predicate is None:
        predicate = str.strip
    return "".join(prefix + line if predicate(line) else line
                   for line in text.splitlines(True))
