# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Streams that nobody thought of.

:mod:`tests.fuzz.compare` puts each before the decoder and two independent implementations;
:mod:`tests.fuzz.coverage` lets Atheris look for streams that reach new lines of the decoder.
"""
