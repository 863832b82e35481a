# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Scripted phones: what browsers and radios do to a small server, good and bad.

Against a board, real or simulated, and an application of your own::

    python -m simulator                                  # in one terminal, or a real board
    python -m tests.phones 127.0.0.1:8080 --seconds 60   # in another
    python -m tests.phones 192.168.4.1 --phones 6 --only sleep,reload,flood --seed 7

It prints how the connections of each behavior ended. With ``--steady N``, N healthy clients send a
numbered message every 20 ms meanwhile, and their delays and losses are printed too; the application
must echo for that, as ``examples/echo.py`` does.

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

A behavior can also be called for one phone: ``BEHAVIORS["reload"](Phone(address))``.

A behavior is a function of a `Phone`; `BEHAVIORS` has them by name, and takes your own:

===========  ==================================================================================
chatter      sends messages of any size, and reads
sleep        the screen goes dark: nothing is read or answered for a while
roam         leaves the hotspot and comes back; the connection may have survived
hidden       a tab in the background: silent, but its browser answers pings
reload       loads the page again, with or without closing the old connection
preconnect   opens a connection and sends no request; perhaps it does later
browse       loads the page and its files, one of them over a bad link
flood        sends as fast as it can, and never reads
drip         a byte now and then, of a request or of a frame
vanish       leaves the hotspot in the middle of something, and comes back as new
lie          breaks HTTP or the WebSocket protocol in one of many ways, or resets
===========  ==================================================================================

Only ``roam`` and ``vanish`` need a radio, and are left out without one. The choices are seeded, the
timing is the PC's. A phone is the address that it connects from: on the loopback, 127.0.0.4 and
following; elsewhere all phones have the PC's own.
"""

from tests.phones.behaviors import BEHAVIORS
from tests.phones.crowd import Crowd
from tests.phones.phone import BoardRadio, Phone, Radio, Stopped
from tests.phones.steady import Figures, Steady

__all__ = ["BEHAVIORS", "BoardRadio", "Crowd", "Figures", "Phone", "Radio", "Steady", "Stopped"]
