# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Tracebacks in CircuitPython's format."""


def test_no_source_lines_and_no_builtin_frames(run):
    source = """
import json
def f():
    json.loads("{")
f()
"""
    assert run(source) == (
        "Traceback (most recent call last):\r\n"
        '  File "code.py", line 5, in <module>\r\n'
        '  File "code.py", line 4, in f\r\n'
        "ValueError: syntax error in JSON\n"
    )


def test_exception_chain(run):
    source = """
import traceback
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("bad") from error
except ValueError as error:
    print("".join(traceback.format_exception(error)))
    print(traceback.format_exception(error, chain=False)[0].count("Traceback"))
"""
    assert run(source) == (
        "Traceback (most recent call last):\r\n"
        '  File "code.py", line 5, in <module>\r\n'
        "ZeroDivisionError: division by zero\n"
        "\nThe above exception was the direct cause of the following exception:\n\n"
        "Traceback (most recent call last):\r\n"
        '  File "code.py", line 7, in <module>\r\n'
        "ValueError: bad\n\n1\n"
    )


def test_syntaxerror_has_file_and_line(run):
    assert run("x = 1\nx = = 2\n") == (
        "Traceback (most recent call last):\r\n"
        '  File "code.py", line 2\n'
        "SyntaxError: invalid syntax\n"
    )
