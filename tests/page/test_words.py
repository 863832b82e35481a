# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/words.js, early.js: the page in two languages."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("asked", "lang", "tab"),
    [
        ("en-GB", "en", "Chat"),
        ("zh-CN", "zh-CN", "聊天"),
        ("zh-TW", "zh-CN", "聊天"),
        ("fr-FR", "en", "Chat"),
    ],
)
def test_language_of_the_browser(phone, board, asked, lang, tab):
    ada = phone(language=asked).visit(board)
    expect(ada.locator("html")).to_have_attribute("lang", lang)
    expect(ada.locator("#tab-chat")).to_have_text(tab)


def test_language_switch_is_remembered(phone, board):
    ada = phone(name="Ada").visit(board)
    ada.page.click("#language")
    expect(ada.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(ada.locator("#state")).to_have_text("已连接")
    expect(ada.locator("#view-chat .tag").first).to_have_text("您")
    ada.page.reload()
    expect(ada.locator("#tab-0")).to_have_text("面板")
    ada.page.click("#language")
    expect(ada.locator("#state")).to_have_text("Connected")


def test_languages_have_the_same_words(ada):
    words = ada.page.evaluate("WORDS")
    used = ada.page.evaluate(
        """() => Array.from(
          document.querySelectorAll("[data-t], [data-t-label], [data-t-placeholder]"),
          element => Object.values(element.dataset)).flat()"""
    )
    assert {word for word in used if word.isidentifier()} <= words.keys()
    for key, (english, chinese) in words.items():
        holes = [
            sorted(part.split("}")[0] for part in text.split("{")[1:])
            for text in (english, chinese)
        ]
        assert holes[0] == holes[1], key
        if key in ("inks", "widths", "first_names", "last_names"):
            assert english.count(" ") == chinese.count(" "), key


def test_no_english_in_chinese(phone, board):
    ada = phone(language="zh-CN", name="小河").visit(board)
    ada.page.click("#open-console")
    ada.page.click("#pause")
    ada.page.click("#clear-raw")
    texts = ada.page.evaluate(
        """() => {
          const texts = Array.from(document.querySelectorAll(
              "[aria-label]:not(#panel *), [placeholder]:not(#panel *)"),
            element => [element.getAttribute("aria-label"), element.placeholder]).flat();
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!element.closest(
                "script, style, noscript, #log, .clients, #title, #panel, #fallback")) {
              texts.push(walker.currentNode.data);
            }
          }
          return texts.filter(Boolean);
        }"""
    )
    allowed = {"EN", "ms", "EN：切换到英文"}
    english = {
        text.strip()
        for text in texts
        if sum(letter.isascii() and letter.isalpha() for letter in text) > 1
        and not any("\u4e00" <= letter <= "\u9fff" for letter in text)
    }
    assert english <= allowed
