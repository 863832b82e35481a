# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Many phones at a time, each with choices of its own, until they are stopped."""

import collections
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from tests.phones.behaviors import BEHAVIORS, NEED_RADIO
from tests.phones.phone import Broken, Phone, Radio, Stopped
from tests.raw_http import Address


class Crowd:
    """
    Phones that behave at random.

    :param tuple address: The board's port 80.
    :param int phones: Their number.
    :param int seed: The seed of their choices.
    :param Radio radio: How they leave the hotspot; None if they cannot.
    :param sources: Their addresses, shared evenly, as the tabs of one phone do. The hotspot takes
        eight stations; None for the PC's own.
    :param behaviors: The names of the behaviors to choose from; all by default.
    :param files: The paths that their browsers load.
    """

    def __init__(
        self,
        address: Address,
        phones: int = 20,
        *,
        seed: int | str = 0,
        radio: Radio | None = None,
        sources: Sequence[str] | None = None,
        behaviors: Iterable[str] | None = None,
        files: tuple[str, ...] = ("/", "/esp-ws.js", "/welcome.css"),
    ) -> None:
        if sources is None:
            local = address[0].startswith("127.")
            sources = [f"127.0.0.{host}" for host in range(4, 10)] if local else [""]
        names = list(BEHAVIORS if behaviors is None else behaviors)
        if radio is None:
            names = [name for name in names if name not in NEED_RADIO]
        self._choices: list[tuple[str, Callable[[Phone], None]]] = [
            (name, BEHAVIORS[name]) for name in names
        ]
        self._stopping = threading.Event()
        self._errors: list[BaseException] = []
        self._lock = threading.Lock()
        self.outcomes: dict[str, collections.Counter[str]] = {
            name: collections.Counter() for name in names
        }
        """For each behavior, the ways in which its connections ended, and how often."""
        self.phones = [
            Phone(
                address,
                sources[number % len(sources)],
                rng=random.Random(f"{seed} {number}"),
                radio=radio,
                files=files,
                stop=self._stopping,
            )
            for number in range(phones)
        ]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def episodes(self) -> int:
        """The number of episodes so far."""
        with self._lock:
            return sum(counter["episodes"] for counter in self.outcomes.values())

    def start(self) -> None:
        """Start all phones."""
        self._stopping.clear()
        for number, phone in enumerate(self.phones):
            thread = threading.Thread(target=self._run, args=(phone,), name=f"phone {number}")
            self._threads.append(thread)
            thread.start()

    def run(self, seconds: float) -> None:
        """Run all phones for some seconds."""
        self.start()
        self._stopping.wait(seconds)
        self.stop()

    def stop(self) -> None:
        """Stop all phones; every connection is closed afterwards."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), f"{thread.name} does not stop"
        self._threads.clear()
        if self._errors:
            raise self._errors[0]

    def _run(self, phone: Phone) -> None:
        try:
            while not self._stopping.is_set():
                name, behavior = phone.rng.choice(self._choices)
                phone.outcomes.clear()
                try:
                    behavior(phone)
                except Broken as error:
                    phone.note(_outcome(error))
                finally:
                    with self._lock:
                        self.outcomes[name] += phone.outcomes
                        self.outcomes[name]["episodes"] += 1
                phone.wait(phone.between(0, 0.5))
        except Stopped:
            pass
        except BaseException as error:
            self._errors.append(error)
            self._stopping.set()


def _outcome(error: BaseException) -> str:
    if isinstance(error, AssertionError):
        # The handshake was rejected, or not answered.
        return "no handshake"
    return type(error).__name__
