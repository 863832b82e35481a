# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``json``: load(s) and dump(s), with what the board has of their arguments."""

import json
import re

_MISSING = object()
_PAIR = re.compile(r"((?<!\\)(?:\\\\)*)\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)")

# Python and the board write numbers that JSON does not have, but not alike. Strings stay.
_NOT_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|Infinity')
_PRINTED = {"NaN": "nan", "Infinity": "inf"}


def build(board):
    """
    The module's names.

    :param board: the board
    """

    def dumps(obj, *, separators=None):
        """
        JSON of an object, as raw UTF-8.

        :param obj: what
        :param tuple separators: of items and keys
        """
        text = json.dumps(obj, separators=separators, ensure_ascii=False)
        return _NOT_JSON.sub(lambda found: _PRINTED.get(found[0], found[0]), text)

    def loads(text):
        """
        The object of a JSON text.

        :param text: str or bytes
        """
        if not isinstance(text, str):
            text = str(memoryview(text), "utf-8")
        try:
            return json.loads(_PAIR.sub(_halves, text), parse_constant=_refuse)
        except json.JSONDecodeError:
            raise ValueError("syntax error in JSON") from None

    def _halves(found):
        # Each escape is a character of its own, and no text any more that can be sent.
        return found[1] + chr(int(found[2], 16)) + chr(int(found[3], 16))

    def _refuse(name):
        raise ValueError("syntax error in JSON")

    def dump(obj, stream, *, separators=None):
        """
        Write the JSON of an object.

        :param obj: what
        :param stream: where
        :param tuple separators: of items and keys
        """
        stream.write(dumps(obj, separators=separators))

    def load(stream):
        """
        The object of a JSON text in a stream.

        :param stream: where
        """
        return loads(stream.read())

    return {"dumps": dumps, "loads": loads, "dump": dump, "load": load}
