# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A scene for pictures: three users, a chat and a drawing."""

import math
from collections.abc import Callable

from tests.page.phone import Phone


def _curve(step: Callable[[float], tuple[float, float]], count: int = 48) -> list:
    return [step(index / count) for index in range(count + 1)]


def play(ada: Phone, bob: Phone, eve: Phone) -> None:
    """Chat and draw."""
    ada.say("Is the lamp in the greenhouse on?")
    bob.expect_line("Is the lamp in the greenhouse on?")
    bob.say("Not yet. It is still warm in there.")
    ada.expect_line("Not yet. It is still warm in there.")
    bob.say("I'll turn it up at eight.")
    ada.expect_line("I'll turn it up at eight.")
    eve.say("好的，谢谢！")
    ada.expect_line("好的，谢谢！")
    ada.say("Then I'll draw us the house")
    eve.expect_line("Then I'll draw us the house")

    for each in (ada, bob, eve):
        each.go("sketch")
    ada.choose("Width: Medium")
    ada.choose("Pen: Green")
    ada.draw(*_curve(lambda t: (0.08 + 0.84 * t, 0.76 - 0.03 * math.sin(t * 5))))
    ada.choose("Pen: Ink")
    ada.draw((0.26, 0.74), (0.26, 0.5), (0.48, 0.34), (0.7, 0.5), (0.7, 0.735))
    ada.draw((0.21, 0.535), (0.48, 0.34), (0.75, 0.535))
    bob.choose("Pen: Brown")
    bob.draw((0.42, 0.735), (0.42, 0.59), (0.54, 0.59), (0.54, 0.735))
    bob.choose("Pen: Orange")
    bob.choose("Width: Broad")
    bob.draw(*_curve(lambda t: (0.8 + 0.07 * math.cos(t * 6.4), 0.17 + 0.052 * math.sin(t * 6.4))))
    bob.choose("Width: Fine")
    for ray in range(9):
        angle = ray * math.tau / 9
        near, far = 0.11, 0.15
        bob.draw(
            (0.8 + near * math.cos(angle), 0.17 + 0.75 * near * math.sin(angle)),
            (0.8 + far * math.cos(angle), 0.17 + 0.75 * far * math.sin(angle)),
        )
    ada.choose("Pen: Blue")
    ada.draw(*_curve(lambda t: (0.62 + 0.05 * math.sin(t * 9) * t, 0.33 - 0.16 * t)))
    ada.choose("Pen: Violet")
    for x in (0.84, 0.9):
        ada.draw((x, 0.745), (x, 0.7))
        ada.draw(
            *_curve(
                lambda t, x=x: (x + 0.022 * math.cos(t * 6.4), 0.685 + 0.016 * math.sin(t * 6.4))
            )
        )
    eve.expect_ink(0.42, 0.65)
