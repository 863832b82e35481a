# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``collections``: namedtuple, OrderedDict and deque, each with fewer methods than CPython's."""

import collections


class deque:
    """
    A queue of limited length.

    :param iterable: The first items.
    :param int maxlen: The maximum length; a new item pushes out the oldest.
    :param int flags: 1 to raise IndexError instead.
    """

    def __init__(self, iterable, maxlen, flags=0):
        if maxlen < 0:
            raise ValueError
        self._items = collections.deque((), None if flags else maxlen)
        self._full = maxlen if flags else None
        self.extend(iterable)

    def _check_room(self):
        if self._full is not None and len(self._items) >= self._full:
            raise IndexError("full")

    def append(self, item):
        """Add an item at the end."""
        self._check_room()
        self._items.append(item)

    def appendleft(self, item):
        """Add an item at the front."""
        self._check_room()
        self._items.appendleft(item)

    def extend(self, items):
        """Add items at the end."""
        for item in items:
            self.append(item)

    def pop(self):
        """Remove the last item."""
        if not self._items:
            raise IndexError("empty")
        return self._items.pop()

    def popleft(self):
        """Remove the first item."""
        if not self._items:
            raise IndexError("empty")
        return self._items.popleft()

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __getitem__(self, index):
        return self._items[index]

    def __setitem__(self, index, item):
        self._items[index] = item


_ABSENT = ("_asdict", "_replace", "_make", "_fields", "_field_defaults")


def build(board):
    """Return the module's names."""

    def namedtuple(name, fields):
        """
        Make a class of tuples whose items have names.

        :param str name: The name of the class.
        :param fields: The names of the items.
        """
        made = collections.namedtuple(name, fields)
        for attribute in _ABSENT:
            setattr(made, attribute, property(_absent))
        return made

    def _absent(self):
        raise AttributeError

    return {"namedtuple": namedtuple, "OrderedDict": collections.OrderedDict, "deque": deque}
