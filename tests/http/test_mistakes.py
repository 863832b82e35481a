# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A server that cannot work is said in words when the program begins."""

import re

import pytest

from tests.board import REPOSITORY
from tests.in_process import Network


@pytest.fixture
def mistakes(network: Network):
    return network.board.module("esp_ws_ap.http.mistakes")


def test_library_that_lacks_a_private_name(network: Network, mistakes, monkeypatch):
    mistakes.check_server(network.server, network.pool)
    monkeypatch.delattr(network.http.FileResponse, "_combine_path")
    with pytest.raises(RuntimeError, match="adafruit_httpserver 4.8 is expected, and .* has no"):
        mistakes.check_server(network.server, network.pool)
    assert f"httpserver~={mistakes._VERSION}\n" in (REPOSITORY / "requirements.txt").read_text()


def test_every_private_name_is_checked(mistakes):
    checked = set(f"{mistakes._SERVER_NAMES} {mistakes._RESPONSE_NAMES} _storage".split())
    library = REPOSITORY / "lib/esp_ws_ap"
    text = "".join(path.read_text("utf-8") for path in library.rglob("*.py"))
    used = set(
        re.findall(r"(?:request|response|server|self|fields|Response|Server)\.(_[a-z]\w+)", text)
    )
    own = set(re.findall(r"(?:def |self\.)(_[a-z]\w+)", text))
    assert used - own <= checked
    assert {"_handle_request", "_status", "_headers", "_storage"} <= checked


def test_server_of_another_pool(network: Network, mistakes):
    server = network.http.Server(network.shared.socket_pool, "/static")
    with pytest.raises(TypeError, match=re.escape('write Server(hotspot.pool, "/static")')):
        mistakes.check_server(server, network.pool)


def test_server_without_folder(network: Network, mistakes):
    mistakes.check_server(network.http.Server(network.pool), network.pool)
    line = 'WARNING - no files are served: write Server(hotspot.pool, "/static")'
    assert network.log == [line]
