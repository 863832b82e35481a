# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``json``: load(s) and dump(s), with the arguments that the board's have."""

import json
import re

_MISSING = object()
_PAIR = re.compile(r"((?<!\\)(?:\\\\)*)\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)")

# Python and the board write numbers that JSON does not have, but not alike. Strings stay.
_NOT_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|Infinity')
_PRINTED = {"NaN": "nan", "Infinity": "inf"}


def build(board):
    """Return the module's names."""

    def dumps(obj, *, separators=None):
        """
        Return an object as JSON; characters are not escaped.

        :param obj: The object.
        :param tuple separators: The separators of items and keys.
        """
        text = json.dumps(obj, separators=separators, ensure_ascii=False)
        return _NOT_JSON.sub(lambda found: _PRINTED.get(found[0], found[0]), text)

    def loads(text):
        """
        Return the object of a JSON text.

        :param text: The text, str or bytes.
        """
        if not isinstance(text, str):
            text = str(memoryview(text), "utf-8")
        try:
            return json.loads(_PAIR.sub(_halves, text), parse_constant=_refuse)
        except json.JSONDecodeError:
            raise ValueError("syntax error in JSON") from None

    def _halves(found):
        # The board makes a character of each escape, which UTF-8 cannot encode.
        return found[1] + chr(int(found[2], 16)) + chr(int(found[3], 16))

    def _refuse(name):
        raise ValueError("syntax error in JSON")

    def dump(obj, stream, *, separators=None):
        """
        Write an object as JSON.

        :param obj: The object.
        :param stream: The stream to write to.
        :param tuple separators: The separators of items and keys.
        """
        stream.write(dumps(obj, separators=separators))

    def load(stream):
        """
        Read an object from JSON.

        :param stream: The stream to read from.
        """
        return loads(stream.read())

    return {"dumps": dumps, "loads": loads, "dump": dump, "load": load}
