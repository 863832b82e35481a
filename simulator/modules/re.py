# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``re``: match, search, sub and compile, with the board's smaller syntax."""

import re

_REJECTED = re.compile(r"\(\?P|\(\?[=!<]")
_COUNTED = re.compile(r"(?<!\\)\{\d*,?\d*\}")


class Match:
    """
    A match.

    :param found: CPython's match.
    """

    def __init__(self, found):
        self._found = found

    def group(self, index):
        """
        Return the text of a group.

        :param int index: The group; 0 for the whole match.
        """
        return self._found.group(index)

    def groups(self):
        """Return the texts of all groups."""
        return self._found.groups()

    def start(self, index=0):
        """
        Return the start of a group.

        :param int index: The group; 0 for the whole match.
        """
        return self._found.start(index)

    def end(self, index=0):
        """
        Return the end of a group.

        :param int index: The group; 0 for the whole match.
        """
        return self._found.end(index)

    def span(self, index=0):
        """
        Return the start and the end of a group.

        :param int index: The group; 0 for the whole match.
        """
        return self._found.span(index)


class Pattern:
    """
    A compiled expression.

    :param pattern: The expression, str or bytes.
    """

    def __init__(self, pattern):
        text = pattern if isinstance(pattern, str) else bytes(pattern).decode("latin-1")
        if _REJECTED.search(text):
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
        Return a match at the start, or None.

        :param string: The text to search.
        """
        return self._found(self._pattern.match(string))

    def search(self, string):
        """
        Return the first match, or None.

        :param string: The text to search.
        """
        return self._found(self._pattern.search(string))

    def sub(self, replace, string, count=0):
        """
        Replace matches.

        :param replace: The new text, or a function that returns it for a match.
        :param string: The text to search.
        :param int count: The maximum number of replacements; 0 for no limit.
        """
        if self._never:
            return string
        if callable(replace):
            return self._pattern.sub(lambda found: replace(Match(found)), string, count=count)
        return self._pattern.sub(replace, string, count=count)

    def split(self, string, maxsplit=0):
        """
        Split a text at each match.

        :param string: The text.
        :param int maxsplit: The maximum number of splits; 0 for no limit.
        """
        return [string] if self._never else self._pattern.split(string, maxsplit=max(0, maxsplit))


def build(board):
    """Return the module's names."""
    return {
        "compile": Pattern,
        "match": lambda pattern, string: Pattern(pattern).match(string),
        "search": lambda pattern, string: Pattern(pattern).search(string),
        "sub": lambda pattern, replace, string, count=0: Pattern(pattern).sub(
            replace, string, count
        ),
    }
