# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``re``: match, search, sub and compile, with the board's smaller syntax."""

import re

_REFUSED = re.compile(r"\(\?P|\(\?[=!<]")
_COUNTED = re.compile(r"(?<!\\)\{\d*,?\d*\}")


class Match:
    """
    What was found.

    :param found: CPython's match.
    """

    def __init__(self, found):
        self._found = found

    def group(self, index):
        """
        A group.

        :param int index: 0 for all.
        """
        return self._found.group(index)

    def groups(self):
        """All groups."""
        return self._found.groups()

    def start(self, index=0):
        """
        Where a group starts.

        :param int index: Of it.
        """
        return self._found.start(index)

    def end(self, index=0):
        """
        Where a group ends.

        :param int index: Of it.
        """
        return self._found.end(index)

    def span(self, index=0):
        """
        Where a group starts and ends.

        :param int index: Of it.
        """
        return self._found.span(index)


class Pattern:
    """
    A compiled expression.

    :param pattern: Str or bytes.
    """

    def __init__(self, pattern):
        text = pattern if isinstance(pattern, str) else bytes(pattern).decode("latin-1")
        if _REFUSED.search(text):
            raise ValueError("Error in regex")
        # Counted repetition compiles on the board and then never matches.
        self._never = bool(_COUNTED.search(text))
        try:
            self._pattern = re.compile(pattern)
        except re.error:
            raise ValueError("Error in regex") from None

    def _found(self, found):
        return Match(found) if found and not self._never else None

    def match(self, string):
        """
        At the start?

        :param string: Where to look.
        """
        return self._found(self._pattern.match(string))

    def search(self, string):
        """
        Anywhere?

        :param string: Where to look.
        """
        return self._found(self._pattern.search(string))

    def sub(self, replace, string, count=0):
        """
        Replace what is found.

        :param replace: Text or a function.
        :param string: Where to look.
        :param int count: How often, 0 for always.
        """
        if self._never:
            return string
        if callable(replace):
            return self._pattern.sub(lambda found: replace(Match(found)), string, count=count)
        return self._pattern.sub(replace, string, count=count)

    def split(self, string, maxsplit=0):
        """
        Split at what is found.

        :param string: What.
        :param int maxsplit: How often, 0 for always.
        """
        return [string] if self._never else self._pattern.split(string, maxsplit=max(0, maxsplit))


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return {
        "compile": Pattern,
        "match": lambda pattern, string: Pattern(pattern).match(string),
        "search": lambda pattern, string: Pattern(pattern).search(string),
        "sub": lambda pattern, replace, string, count=0: Pattern(pattern).sub(
            replace, string, count
        ),
    }
