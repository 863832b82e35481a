# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The welcome page as the board sends it."""

import xml.etree.ElementTree

import pytest

from tests.board import REPOSITORY

WELCOME = "http://192.168.4.1/welcome"

ENGLISH, CHINESE = 'lang="en"', 'lang="zh-Hans"'


def page(hotspot, **headers: str) -> str:
    response = hotspot.get(WELCOME, **headers)
    assert response.status == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.body.decode()


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh", CHINESE),
        ("ZH-Hant-TW", CHINESE),
        ("de-DE,zh;q=0.5,en;q=0.3", CHINESE),
        ("en;q=0.5, zh;q=0.9", CHINESE),
        ("zh ; q=0.9", CHINESE),
        ("en-GB,en;q=0.9,zh;q=0.8", ENGLISH),
        ("en,zh", ENGLISH),
        ("zh;q=0.5,en", ENGLISH),
        ("zh;q=0", ENGLISH),
        ("de-DE,de;q=0.9", ENGLISH),
        ("*", ENGLISH),
        ("zha,zhx", ENGLISH),
        ("zh;q=x,en;q=0.1", ENGLISH),
        (";;,,q=,zh;", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_language_is_the_browsers(hotspot, wishes, language):
    assert language in page(hotspot, Accept_Language=wishes)


def test_browser_that_says_nothing_gets_english(hotspot):
    assert ENGLISH in page(hotspot)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_name_and_address_are_filled_in_and_escaped(hotspot, language):
    text = page(hotspot, Accept_Language=language)
    assert "<h1>Garden &amp; &quot;&lt;Pond&gt;&quot;</h1>" in text
    assert '<a class="address" href="http://192.168.4.1/">http://192.168.4.1/</a>' in text
    assert "{{" not in text and "Pond>" not in text


def test_page_may_load_and_send_nothing_elsewhere(hotspot):
    headers = hotspot.get(WELCOME).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"
    )
    assert headers["cache-control"] == "no-store"


def test_pages_keep_to_that():
    for language in ("en", "zh"):
        text = (REPOSITORY / f"static/welcome.{language}.html").read_text("utf-8")
        assert "<script" not in text and "style=" not in text and "<style" not in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_head(hotspot):
    response = hotspot.get(WELCOME, method="HEAD")
    assert (response.status, response.body) == (200, b"")
    assert int(response.headers["content-length"]) > 500


def test_code_is_an_image(hotspot):
    response = hotspot.get("http://192.168.4.1/qr.svg")
    assert response.status == 200
    assert response.headers["content-type"] == "image/svg+xml"
    assert xml.etree.ElementTree.fromstring(response.body).tag.endswith("svg")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_template_a_bare_page_says_the_same(hotspot, language):
    file = hotspot.network.shared.drive / f"static/welcome.{language}.html"
    aside = file.rename(file.with_suffix(".aside"))
    try:
        text = page(hotspot, Accept_Language=language)
    finally:
        aside.rename(file)
    assert "<h1>Garden &amp; &quot;&lt;Pond&gt;&quot;</h1>" in text
    assert "http://192.168.4.1/" in text
    assert '<form method="post">' in text
