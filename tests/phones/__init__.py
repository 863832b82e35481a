# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Scripted phones: what people and their phones do to a small server, on purpose and by accident.

Against a board, real or simulated, and an application of your own::

    python -m simulator                                  # in one terminal, or a real board
    python -m tests.phones 127.0.0.1:8080 --seconds 60   # in another
    python -m tests.phones 192.168.4.1 --phones 6 --only sleep,reload,flood --seed 7

It prints what came of it: for every behaviour, how its connections ended. With ``--steady N``,
N well-behaved clients send a numbered message every 20 ms meanwhile, and their delays, losses and
disorder are printed too; the application has to echo for that, as ``examples/echo.py`` does.

From a test::

    from tests.phones import Crowd, Steady

    def test_my_application_survives(boot):
        board = boot()
        radio = BoardRadio(board)                       # lets phones walk out of range; or None
        with Steady(board.address(), "127.0.0.2") as steady:
            with Crowd(board.address(), phones=6, seed=1, radio=radio) as crowd:
                crowd.run(seconds=20)
            figures = steady.stop()
        assert not figures.wrong
        print(crowd.outcomes, figures.worst)

One phone can also be led by the hand: ``BEHAVIOURS["reload"](Phone(address))``.

A behaviour is a function that is given a `Phone`; `BEHAVIOURS` has them all by name, and takes
your own:

===========  ==================================================================================
chatter      sends messages of any size, reads what comes
sleep        the screen goes dark: nothing is read or answered for a while; then it goes on
roam         walks out of range and back; the old connection may or may not have survived
hidden       a tab in the background: silent, but its browser answers pings
reload       the page is loaded again, with or without a goodbye to the old connection
preconnect   a browser's connection that asks for nothing; perhaps it does later
browse       loads the page and its files, one of them over a bad link
flood        sends as fast as it can, and never reads
drip         a byte now and then, of a request or of a frame
vanish       walks out of range in the middle of something, and comes back as if new
lie          breaks HTTP or the WebSocket protocol in one of many ways, or resets
===========  ==================================================================================

Only ``roam`` and ``vanish`` need a radio; without one they are left out. The choices are seeded,
the timing is the PC's. A phone is the address that it connects from: on the loopback, phones have
addresses from 127.0.0.4 on; elsewhere all of them have the PC's own.
"""

from tests.phones.behaviours import BEHAVIOURS
from tests.phones.crowd import Crowd
from tests.phones.phone import BoardRadio, Phone, Radio, Stopped
from tests.phones.steady import Figures, Steady

__all__ = ["BEHAVIOURS", "BoardRadio", "Crowd", "Figures", "Phone", "Radio", "Steady", "Stopped"]
