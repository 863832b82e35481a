# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Many phones at a time, each with its own dice, until they are sent home."""

import collections
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from tests.phones.behaviours import ACCIDENTS, BEHAVIOURS, NEED_RADIO
from tests.phones.phone import Phone, Radio, Stopped
from tests.raw_http import Address


class Crowd:
    """
    Phones that do at random what phones do.

    :param tuple address: The board's port 80.
    :param int phones: How many.
    :param int seed: Of all their dice.
    :param Radio radio: How they walk out of range; None where they cannot.
    :param sources: Their addresses, which they share evenly, as the tabs of one phone do. The
        hotspot takes eight; None for the PC's own.
    :param behaviours: The names of those to choose from; all by default.
    :param files: What their browsers load.
    """

    def __init__(
        self,
        address: Address,
        phones: int = 20,
        *,
        seed: int | str = 0,
        radio: Radio | None = None,
        sources: Sequence[str] | None = None,
        behaviours: Iterable[str] | None = None,
        files: tuple[str, ...] = ("/", "/esp-ws.js", "/welcome.css"),
    ) -> None:
        if sources is None:
            local = address[0].startswith("127.")
            sources = [f"127.0.0.{host}" for host in range(4, 10)] if local else [""]
        names = list(BEHAVIOURS if behaviours is None else behaviours)
        if radio is None:
            names = [name for name in names if name not in NEED_RADIO]
        self._choices: list[tuple[str, Callable[[Phone], None]]] = [
            (name, BEHAVIOURS[name]) for name in names
        ]
        self._stop = threading.Event()
        self._errors: list[BaseException] = []
        self._lock = threading.Lock()
        self.outcomes: dict[str, collections.Counter[str]] = {
            name: collections.Counter() for name in names
        }
        """For each behaviour, how its connections ended, and how often."""
        self.phones = [
            Phone(
                address,
                sources[number % len(sources)],
                rng=random.Random(f"{seed} {number}"),
                radio=radio,
                files=files,
                stop=self._stop,
            )
            for number in range(phones)
        ]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.go_home()

    @property
    def episodes(self) -> int:
        """How many there were."""
        with self._lock:
            return sum(counter["episodes"] for counter in self.outcomes.values())

    def start(self) -> None:
        """From now on, everybody does something."""
        self._stop.clear()
        for number, phone in enumerate(self.phones):
            thread = threading.Thread(target=self._live, args=(phone,), name=f"phone {number}")
            self._threads.append(thread)
            thread.start()

    def run(self, seconds: float) -> None:
        """Let them do something for so long, and go home."""
        self.start()
        self._stop.wait(seconds)
        self.go_home()

    def go_home(self) -> None:
        """Stop all of them; every connection is closed afterwards."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), f"{thread.name} does not stop"
        self._threads.clear()
        if self._errors:
            raise self._errors[0]

    def _live(self, phone: Phone) -> None:
        try:
            while not self._stop.is_set():
                name, behaviour = phone.rng.choice(self._choices)
                phone.outcomes.clear()
                try:
                    behaviour(phone)
                except ACCIDENTS as accident:
                    phone.note(_in_a_word(accident))
                finally:
                    with self._lock:
                        self.outcomes[name] += phone.outcomes
                        self.outcomes[name]["episodes"] += 1
                phone.wait(phone.between(0, 0.5))
        except Stopped:
            pass
        except BaseException as error:
            self._errors.append(error)
            self._stop.set()


def _in_a_word(accident: BaseException) -> str:
    if isinstance(accident, AssertionError):
        # The handshake was answered, but not with 101; or there was no answer.
        return "no handshake"
    return type(accident).__name__
