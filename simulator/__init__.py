# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
An ESP32-S3 with CircuitPython, on a PC.

``python -m simulator`` boots a drive folder: its ``code.py`` runs under CPython, but sees the
board's modules, builtins, error numbers and network, not the PC's.

==================  ==============================================================
``__main__``        the command line
``board``           power on, run, reload, reset, power off
``importer``        the board's modules, apart from those of the PC's Python
``language``        its builtins, exceptions and error numbers, and the syntax it rejects
``drive``           the CIRCUITPY drive in a folder
``console``         the serial console, and the commands on standard input
``network``         the hotspot seen from outside: stations, ports, sockets
``faults``          faults to switch on
``enumeration``     classes of constants
``settings_toml``   how the board reads settings.toml
``clock``           time since power-on, and the time of day
``watchdog``        the watchdog timer's thread
``nonvolatile``     the non-volatile memory in a file
``pins``            the pins, and the light on one of them
``blinka``          modules that are taken from Blinka
``tracebacks``      tracebacks in CircuitPython's format
``subset``          parts of a module that the PC has too
``modules/``        one file for each core module
``small_vm/``       the drive under MicroPython with a small heap
==================  ==============================================================
"""
