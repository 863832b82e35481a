# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Unmasking (RFC 6455 section 5.3): with big integers and with ulab, byte for byte."""

import pytest

from tests.websocket.kernels import KERNELS


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("length", [*range(13), 64, 65, 1023, 1024, 1025, 2050, 4096])
def test_part_of_a_buffer(kernel: str, length: int):
    for start in range(6):
        before = bytes(index * 7 & 0xFF for index in range(start + length + 5))
        buffer = bytearray(before)
        KERNELS[kernel](buffer, 0xFF010280, start, start + length)
        mask = b"\xff\x01\x02\x80"
        expected = bytes(before[start + n] ^ mask[n % 4] for n in range(length))
        assert buffer == before[:start] + expected + before[start + length :]
