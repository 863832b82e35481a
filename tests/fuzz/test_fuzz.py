# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A few thousand streams, the same ones every time. ``make fuzz`` compares many more."""

from tests.fuzz.compare import run


def test_decoder_agrees_with_wsproto_and_websockets():
    compared, ends = run(2500)
    assert compared >= 2500
    # They do end in every way.
    for end in ("open", "closed", "failed with 1002", "failed with 1007", "failed with 1008"):
        assert ends[end] >= 20, ends
    assert ends["failed with 1009"] >= 5, ends
