# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Some hundred streams, the same ones every time. ``make fuzz`` compares many more."""

from tests.fuzz.compare import run


def test_decoder_agrees_with_wsproto_and_websockets():
    compared, ends = run(800)
    assert compared >= 800
    # They do end in every way.
    for end in ("open", "closed", *(f"failed with {code}" for code in (1002, 1007, 1008, 1009))):
        assert ends[end] >= 10, ends
