# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A simulated board for a whole module, and phones that open its page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.board import Board, booting
from tests.page.phone import Phone


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board for tests that leave it as it is."""
    with booting(tmp_path_factory.mktemp("board")) as boot:
        yield boot()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """
    A function that takes a phone in hand: a browser context of its own, with one page in it.

    No JavaScript error may happen on any of them.
    """
    phones: list[Phone] = []

    def take(width: int = 390, height: int = 844, scheme: str = "light") -> Phone:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2,
            has_touch=width < 1000,
        )
        # Well below the deadline of a test, so that a failure says what was waited for.
        context.set_default_timeout(15_000)
        phones.append(Phone(context.new_page()))
        return phones[-1]

    yield take
    faults = [fault for phone in phones for fault in phone.faults]
    for phone in phones:
        phone.page.context.close()
    assert not faults


@pytest.fixture
def page(phone: Callable[..., Phone], board: Board) -> Page:
    """The page on one phone, connected."""
    return phone().visit(board).page
