# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Random streams of frames.

:mod:`tests.fuzz.compare` gives each to the decoder and to two independent implementations;
:mod:`tests.fuzz.coverage` lets Atheris search for streams that reach new lines of the decoder.
"""
