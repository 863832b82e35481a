# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
An ESP32-S3 with CircuitPython, on a PC.

``python -m simulator`` boots a drive folder: its ``code.py`` runs under CPython, but sees the
board's modules, its builtins, its error numbers and its network, not the PC's.

==================  ==============================================================
``__main__``        the command line
``board``           power on, run, reload, reset, power off
``importer``        the board's own world of modules inside the PC's Python
``language``        its builtins and exceptions, and the syntax it refuses
``drive``           the CIRCUITPY drive in a folder
``console``         the serial console, and the commands on standard input
``network``         the hotspot seen from outside: phones, ports, sockets
``faults``          what can go wrong on request
``enumeration``     classes of constants
``settings_toml``   how the board reads settings.toml
``modules/``        one file for each core module
==================  ==============================================================
"""
