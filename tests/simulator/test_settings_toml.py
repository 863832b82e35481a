# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""settings.toml with the board's own syntax, in both versions of os.getenv."""

import pytest

from simulator import settings_toml

OLD, NEW = (10, 1, 4), (10, 2, 1)

# The file, and what getenv returns before 10.2 and since.
VALUES = [
    ('K = "text"', "text", "text"),
    ('K="text"', "text", "text"),
    ('  K\t=  "text"  # why', "text", "text"),
    ('K = ""', "", ""),
    ("K = 7", 7, "7"),
    ("K = -7", -7, "-7"),
    ("K = 0x10", 16, "0x10"),
    ("K = 010", 8, "010"),
    ("K = true", ValueError, "true"),
    ("K = 1.5", ValueError, "1.5"),
    ("K = 'text'", ValueError, "'text'"),
    ('K = "a\\"b\\\\c"', 'a"b\\c', 'a"b\\c'),
    ('K = "\\u00e9\\U0001F600\\n\\x41"', "é😀\nx41", "é😀\nx41"),
    ('K = "unfinished', ValueError, None),
    ('K = "text" more', ValueError, None),
    ('K = "\\uZZZZ"', ValueError, None),
    ('K = "\\U00110000"', ValueError, None),
    ("", None, None),
    ('k = "other case"', None, None),
    ('KK = "longer"', None, None),
    ('# K = "comment"', None, None),
    ('[section]\nK = "below"', None, None),
    ('K = "above"\n[section]\n', "above", "above"),
    ('K = "first"\nK = "second"', "first", "first"),
    ('A = "1"\n\n\nK = "text"\n', "text", "text"),
    ('K = "text"\r\n', "text", "text"),
    ('K = "ü"', "ü", "ü"),
]


@pytest.mark.parametrize(("text", "old", "new"), VALUES)
def test_getenv(text, old, new):
    for version, expected in ((OLD, old), (NEW, new)):
        if expected is ValueError:
            with pytest.raises(ValueError):
                settings_toml.getenv(text, "K", None, version)
        else:
            assert settings_toml.getenv(text, "K", None, version) == expected


def test_getenv_without_file_is_default():
    assert settings_toml.getenv(None, "K", 5) == 5


SETTINGS = [
    ('K = "7"', "7"),
    ("K = 7 # seven", 7),
    ("K = 0x10", 16),
    ("K = true", True),
    ("K = false", False),
    ("K = 1.5", ValueError),
    ("K = nonsense", ValueError),
    ('K = "bad', ValueError),
]


@pytest.mark.parametrize(("text", "expected"), SETTINGS)
def test_get_setting(text, expected):
    if expected is ValueError:
        with pytest.raises(ValueError):
            settings_toml.get_setting(text, "K", None, NEW)
    else:
        found = settings_toml.get_setting(text, "K", None, NEW)
        assert found == expected and type(found) is type(expected)


def test_get_setting_of_float_since_10_3():
    assert settings_toml.get_setting("K = 1.5", "K", None, (10, 3, 1)) == 1.5


def test_file_is_read_for_each_call(board, drive):
    os = board.module("os")
    assert os.getenv("K") is None
    (drive / "settings.toml").write_text('K = "one"', encoding="utf-8")
    assert os.getenv("K") == "one"
    (drive / "settings.toml").write_text("K = 2", encoding="utf-8")
    assert os.getenv("K") == "2"
    assert board.module("supervisor").get_setting("K") == 2


def test_no_get_setting_before_10_2(make_board):
    assert not hasattr(make_board(version=OLD).module("supervisor"), "get_setting")
