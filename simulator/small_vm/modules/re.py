# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``re``, with ``groups()``, which MicroPython's matches do not have on a PC."""

import ure
from ure import *  # noqa: F403


class _Match:
    def __init__(self, match):
        self._match = match

    def group(self, number=0):
        """
        Return the text of a group.

        :param int number: The group; 0 for the whole match.
        """
        return self._match.group(number)

    def groups(self):
        """Return the texts of all groups."""
        found = []
        while True:
            try:
                found.append(self._match.group(len(found) + 1))
            except IndexError:
                return tuple(found)


class _Pattern:
    def __init__(self, text):
        self._pattern = ure.compile(text)
        self.split = self._pattern.split
        self.sub = self._pattern.sub

    def match(self, text):
        """
        Return a match at the start, or None.

        :param str text: The text to search.
        """
        found = self._pattern.match(text)
        return None if found is None else _Match(found)

    def search(self, text):
        """
        Return the first match, or None.

        :param str text: The text to search.
        """
        found = self._pattern.search(text)
        return None if found is None else _Match(found)


def compile(text):
    """
    Compile a pattern.

    :param str text: The pattern.
    """
    return _Pattern(text)


def match(pattern, text):
    """
    Return a match at the start, or None.

    :param str pattern: The pattern.
    :param str text: The text to search.
    """
    return compile(pattern).match(text)


def search(pattern, text):
    """
    Return the first match, or None.

    :param str pattern: The pattern.
    :param str text: The text to search.
    """
    return compile(pattern).search(text)
