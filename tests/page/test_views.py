# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/views.js: the views."""

from playwright.sync_api import expect

from tests.page.phone import VIEWS


def test_views_are_links(ada):
    links = ada.page.get_by_role("navigation", name="Views").get_by_role("link")
    expect(links).to_have_count(3)
    for number, view in enumerate(VIEWS):
        links.nth(number).focus()
        ada.page.keyboard.press("Enter")
        expect(ada.page.locator("[aria-current=page]")).to_have_count(1)
        expect(ada.locator(f"#tab-{view}")).to_have_attribute("aria-current", "page")
        expect(ada.locator(f"#tab-{view}")).to_be_focused()
        assert ada.locator(".view:visible").count() == 1
        assert ada.page.url.endswith(f"#{view}")
    ada.page.reload()
    expect(ada.locator("#view-drawing")).to_be_visible()
    ada.page.evaluate("location.hash = 'chat'")
    expect(ada.locator("#view-chat")).to_be_visible()
    ada.page.evaluate("location.hash = 'nowhere'")
    expect(ada.locator("#view-panel")).to_be_visible()
