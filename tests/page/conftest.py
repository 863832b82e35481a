# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A simulated board for a whole module, and phones that open its page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.board import Board, booting
from tests.page.phone import Phone

# Under load everything takes longer; nothing here is about how long.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board for tests that leave it as it is."""
    with booting(tmp_path_factory.mktemp("board")) as boot:
        yield boot()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """
    A function that takes a phone in hand: see :meth:`tests.page.phone.Phone.take`.

    No JavaScript error may happen on any of them, and nothing may ask another host.
    """
    phones: list[Phone] = []

    def take(**options) -> Phone:
        phones.append(Phone.take(browser, **options))
        return phones[-1]

    yield take
    faults = [fault for phone in phones for fault in phone.faults]
    for each in phones:
        each.page.context.close()
    assert not faults


@pytest.fixture
def ada(phone: Callable[..., Phone], board: Board) -> Phone:
    """A phone with the page open, connected."""
    return phone(name="Ada").visit(board)


@pytest.fixture
def bob(phone: Callable[..., Phone], board: Board) -> Phone:
    """Another one."""
    return phone(name="Bob").visit(board)
