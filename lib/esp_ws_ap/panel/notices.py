# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.notices`
================================================================================

Messages that appear on all pages for a while.
"""

from json import dumps

from ..websocket.heartbeat import RS

try:
    from typing import Any
except ImportError:
    pass

_MAX_ALARMS = 4  # that pages which join later are told
_MAX_TEXT = 200


def notify(panel: "Any", text: str, level: str) -> int:
    """
    As `Panel.notify`.

    :param Panel panel: The panel.
    :param str text: The message.
    :param str level: "info", "warning" or "alarm".
    """
    if level not in ("info", "warning", "alarm"):
        raise ValueError(f'level is "info", "warning" or "alarm", not {level!r}')
    if not isinstance(text, str) or len(text) > _MAX_TEXT:
        raise ValueError(f"a message is a text of at most {_MAX_TEXT} characters, not {text!r}")
    panel.notices += 1
    message = f'{RS}{{"notify":{dumps(text)},"level":"{level}","id":{panel.notices}}}'
    if level == "alarm":
        panel.alarms.append((panel.notices, message))
        if len(panel.alarms) > _MAX_ALARMS:
            panel.alarms.pop(0)
    panel.to_all(message)
    return panel.notices


def dismiss(panel: "Any", number: int) -> None:
    """
    As `Panel.dismiss`.

    :param Panel panel: The panel.
    :param int number: What `notify` has returned.
    """
    panel.alarms = [alarm for alarm in panel.alarms if alarm[0] != number]
    panel.to_all(f'{RS}{{"dismiss":{number}}}')
