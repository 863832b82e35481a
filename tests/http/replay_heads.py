# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Checks the heads of requests, and prints the answers: ``replay_heads.py cases.json``."""

import json
import sys
from binascii import unhexlify

import heads

from esp_ws_ap.http.request_head import RequestError, normalize_head


def answer(head):
    """The head as the server gets it and the length of the body, or the status code."""
    try:
        checked, length = normalize_head(head, heads.HOSTS)
    except RequestError as refused:
        return refused.code
    return [checked.decode(), length]


with open(sys.argv[1]) as file:
    for line in file:
        print(json.dumps(answer(unhexlify(json.loads(line)))))
