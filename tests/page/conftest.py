# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A simulated board for each module, and phones that open its page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.board import Board, booting
from tests.page.phone import Phone

# Generous: these tests are not about time, and the machine may be busy.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board that the tests of a module share."""
    with booting(tmp_path_factory.mktemp("board")) as boot:
        yield boot()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """
    A function that creates a phone: see :meth:`tests.page.phone.Phone.create`.

    A JavaScript error on any of them, or a request to another host, fails the test.
    """
    phones: list[Phone] = []

    def create(**options) -> Phone:
        phones.append(Phone.create(browser, **options))
        return phones[-1]

    yield create
    faults = [fault for phone in phones for fault in phone.faults]
    for each in phones:
        each.page.context.close()
    assert not faults


@pytest.fixture
def ada(phone: Callable[..., Phone], board: Board) -> Phone:
    """A phone with the page open and connected."""
    return phone(name="Ada").visit(board)


@pytest.fixture
def bob(phone: Callable[..., Phone], board: Board) -> Phone:
    """Another one."""
    return phone(name="Bob").visit(board)
