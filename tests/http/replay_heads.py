# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Normalizes request heads, and prints the results: ``replay_heads.py cases.json``."""

import json
import sys
from binascii import unhexlify

import heads

from esp_ws_ap.http.request_head import RequestError, normalize_head


def result(head):
    """The normalized head and the length of the body, or the status code and the explanation."""
    try:
        normalized, length = normalize_head(head, heads.HOSTS)
    except RequestError as error:
        return [error.code, error.text]
    return [normalized.decode(), length]


with open(sys.argv[1]) as file:
    for line in file:
        print(json.dumps(result(unhexlify(json.loads(line)))))
