# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.violations`
================================================================================

What a client has done wrong, in words. The decoder imports this module for the first client that
breaks the protocol or a limit.
"""

from .frames import POLICY_VIOLATION

PROTOCOL_ERROR = 1002
INVALID_PAYLOAD = 1007
MESSAGE_TOO_BIG = 1009


def violation(what: str, value: int) -> tuple:
    """
    Return the close code and the reason for a violation.

    :param str what: The part of a frame or message that is wrong.
    :param int value: Its value, or the limit.
    """
    code = PROTOCOL_ERROR
    if what == "utf-8":
        code = INVALID_PAYLOAD
        reason = "text is not UTF-8"
    elif what == "max_message_size":
        code = MESSAGE_TOO_BIG
        reason = f"message is longer than {value} bytes"
    elif what == "max_fragments":
        code = POLICY_VIOLATION
        reason = f"message has more than {value} fragments"
    elif what == "rsv":
        reason = "reserved bits are set"
    elif what == "opcode":
        reason = f"unknown opcode {value}"
    elif what == "mask":
        reason = "frame is not masked"
    elif what == "fin":
        reason = "control frame is fragmented"
    elif what == "length":
        reason = "control frame is longer than 125 bytes"
    elif what == "continuation":
        reason = "continuation without a message"
    elif what == "message":
        reason = "new message inside a fragmented one"
    elif what == "shortest":
        reason = "length is not in its shortest form"
    elif what == "payload":
        reason = "close frame has a payload of 1 byte"
    else:
        reason = f"close code {value} is not allowed"
    return code, reason
