# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``re``, whose matches have ``groups()``, which MicroPython's on a PC have not."""

import ure
from ure import *  # noqa: F403


class _Match:
    def __init__(self, match):
        self._match = match

    def group(self, number=0):
        """
        What a group has matched.

        :param int number: Which, 0 for all of it.
        """
        return self._match.group(number)

    def groups(self):
        """What every group has matched."""
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
        A match at the beginning, or None.

        :param str text: Where to look.
        """
        found = self._pattern.match(text)
        return None if found is None else _Match(found)

    def search(self, text):
        """
        A match anywhere, or None.

        :param str text: Where to look.
        """
        found = self._pattern.search(text)
        return None if found is None else _Match(found)


def compile(text):
    """
    A pattern.

    :param str text: What it looks for.
    """
    return _Pattern(text)


def match(pattern, text):
    """
    A match at the beginning, or None.

    :param str pattern: What to look for.
    :param str text: Where.
    """
    return compile(pattern).match(text)


def search(pattern, text):
    """
    A match anywhere, or None.

    :param str pattern: What to look for.
    :param str text: Where.
    """
    return compile(pattern).search(text)
