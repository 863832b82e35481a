# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Texts of settings.toml, and the settings they give. CPython and MicroPython both run it."""

OFF = "; the hotspot stays off until this is fixed"
UNREADABLE = "is not a readable value: check the quotes and escapes"
HIDDEN = "is hidden by the [section] line above it"
BARE = "must be in double quotes"
LENGTH = "must have 8 to 63 characters"
ASCII = "may have only ASCII letters, digits, punctuation and spaces"
HOSTNAME = "is not 1 to 32 letters, digits and dashes between them"
NO_HOME = "; no home network is joined until this is fixed"
ADDRESS = "is not an address such as 192.168.4.1, with a last byte 1 to 254"
NO_EQUALS = "has no = right after its name"
BOM = "is hidden by a byte order mark (BOM): save the file without one"
NOT_UTF_8 = "is not UTF-8 text: save the file as UTF-8"
CURLY = 'must be in straight double quotes, as in "text"'

#: key, default, lowest, highest
NUMBERS = [
    ("AP_CHANNEL", 6, 1, 11),
    ("AP_MAX_STATIONS", 8, 1, 8),
    ("HTTP_PORT", 80, 1, 65535),
    ("HTTP_MAX_HEADER", 4096, 512, 16384),
    ("HTTP_MAX_BODY", 4096, 0, 65536),
    ("WS_MAX_CLIENTS", 4, 1, 5),
    ("WS_MAX_MESSAGE", 4096, 125, 16777216),
]

DEFAULTS = [
    ("AP_SSID", "esp_ws_ap"),
    ("AP_ADDRESS", "192.168.4.1"),
    ("AP_HOSTNAME", "esp"),
] + [row[:2] for row in NUMBERS]

#: Each a file, a key, the value it gets, and the log line (without "settings.toml: ") or None.
CASES = []


def _good(key, text, value):
    CASES.append((key + " = " + text + "\n", key, value, None))


def _bad(key, text, problem):
    value = dict(DEFAULTS).get(key)
    end = OFF if key == "AP_PASSWORD" else "; using " + str(value)
    CASES.append((key + " = " + text + "\n", key, value, key + " " + problem + end))


for _key, _default, _low, _high in NUMBERS:
    _range = " is not " + str(_low) + " to " + str(_high)
    for _number in (_low, _high, _low + 1):
        _good(_key, str(_number), _number)
        _good(_key, '"' + str(_number) + '"', _number)
        _good(_key, str(_number) + "  # why", _number)
    for _text in (str(_low - 1), str(_high + 1), "-1000", "99999999999999999999"):
        _bad(_key, _text, "= " + _text + _range)
        _bad(_key, '"' + _text + '"', "= " + _text + _range)
    # Bare, these are ints, strs or exceptions, by the version of CircuitPython.
    for _text in ("true", "1.5", "0x7", "six", "1 2", "'6'", "[1]"):
        _bad(_key, _text, "= " + _text + _range)
    _bad(_key, '"six"', "= six" + _range)
    for _text in ("", '""', "# nothing"):
        _bad(_key, _text, "= nothing" + _range)
    for _text in ('"6', '"6" 7', '"6\\', '"\\u12"', '"\\UFFFFFFFF"', '"""6"""'):
        _bad(_key, _text, UNREADABLE)

for _text in (
    "x",
    "Küche",
    "a" * 31,
    "ü" * 15 + "u",
    "网络" * 5,
    "two words",
    " ",
    "7",
    "100 %",
    "{0}",
):
    _good("AP_SSID", '"' + _text + '"', _text)
_good("AP_SSID", '"a\\"b\\\\c"', 'a"b\\c')
_good("AP_SSID", '"\\u00fc" # a comment', "ü")
_good("AP_SSID", '"# no comment"', "# no comment")
for _text in ("a" * 32, "ü" * 16, "a" * 5000, ""):
    _bad("AP_SSID", '"' + _text + '"', '= "' + _text[:40] + '" is not 1 to 31 bytes of text')
_bad("AP_SSID", '"a\\nb"', '= "a\nb" is not 1 to 31 bytes of text')
_bad("AP_SSID", '"\\u0000"', '= "\0" is not 1 to 31 bytes of text')
_bad("AP_SSID", '"\\u007f"', '= "\x7f" is not 1 to 31 bytes of text')
for _text in ("kitchen", "42", "007", "true", "'kitchen'", "", "kitchen # here"):
    _bad("AP_SSID", _text, BARE)
for _text in ("“kitchen”", "”kitchen”", "„kitchen“", "‟kitchen", "「厨房」", "＂kitchen＂", "“"):
    _bad("AP_SSID", _text, CURLY)
    _bad("AP_PASSWORD", _text, CURLY)
_bad("AP_CHANNEL", "“9”", CURLY)
# {mac} is 0000 where there is no radio. It counts as the four digits that it stands for.
for _key in ("AP_SSID", "AP_HOSTNAME"):
    _good(_key, '"a-{mac}"', "a-0000")
    _good(_key, '"{mac}{mac}"', "00000000")
    _good(_key, '"' + "a" * 27 + '{mac}"', "a" * 27 + "0000")
_bad("AP_SSID", '"' + "a" * 28 + '{mac}"', '= "' + "a" * 28 + '0000" is not 1 to 31 bytes of text')
_bad("AP_HOSTNAME", '"{MAC}"', '= "{MAC}" ' + HOSTNAME)
_good("AP_PASSWORD", '"{mac}{mac}"', "{mac}{mac}")
for _text in ('"kitchen', '"kit" chen', '"""kitchen"""', '"\\u12"'):
    _bad("AP_SSID", _text, UNREADABLE)

for _text in ("10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.9.254", "192.168.0.1"):
    _good("AP_ADDRESS", '"' + _text + '"', _text)
for _text in ("4.3.2.1", "9.9.9.9", "172.15.0.1", "172.32.0.1", "192.167.0.1", "223.1.1.254"):
    _line = "AP_ADDRESS = " + _text + " is public: it hides the site that has it"
    CASES.append(('AP_ADDRESS = "' + _text + '"\n', "AP_ADDRESS", _text, _line))
for _text in (
    "127.0.0.1 169.254.1.1 0.1.1.1 224.0.0.1 255.255.255.1 8.8.8.0 8.8.8.256 "
    "192.168.4.0 192.168.4.255 192.168.4.256 192.168.256.1 192.168.-1.1 10.256.0.1 010.0.0.1 "
    "10.0.0.01 10.0.0.+1 10.0.0.1_0 10.0.0 10.0.0.1.2 10.0.0. 10..0.1 10.0.0.1/24 0x0a.0.0.1 "
    "fe80::1 esp.local x"
).split(" ") + ["", "10.0.0. 1", " 10.0.0.1", "1" * 1000]:
    _bad("AP_ADDRESS", '"' + _text + '"', '= "' + _text[:40] + '" ' + ADDRESS)
for _text in ("192.168.4.1", "10", "1.5"):
    _bad("AP_ADDRESS", _text, BARE)

for _text in ("esp", "a", "7", "Kitchen-2", "a" * 32, "a--b"):
    _good("AP_HOSTNAME", '"' + _text + '"', _text)
for _text in "-a a- - a_b a.b küche 厨房 esp.local a\u00b2".split(" ") + ["a b", "a" * 33, ""]:
    _bad("AP_HOSTNAME", '"' + _text + '"', '= "' + _text[:40] + '" ' + HOSTNAME)
for _text in ("esp", "7", ""):
    _bad("AP_HOSTNAME", _text, BARE)

for _text in ("12345678", "a" * 63, "f" * 63, " leads and trails ", "~!@#$%^&*()", "{0} %s %d"):
    _good("AP_PASSWORD", '"' + _text + '"', _text)
_good("AP_PASSWORD", '"quote\\" and \\\\" # "', 'quote" and \\')
for _text in ("", "1", "1234567", "a" * 64, "0123456789abcdef" * 4, "a" * 10000, "ééééééé"):
    _bad("AP_PASSWORD", '"' + _text + '"', LENGTH)
for _text in ("pässwörter", "密码密码密码密码", "tab\\there", "line\\nline", "deleted\\u007f"):
    _bad("AP_PASSWORD", '"' + _text + '"', ASCII)
for _text in ("12345678", "01234567", "secret-secret", "'secret-secret'", "true", ""):
    _bad("AP_PASSWORD", _text, BARE)
for _text in ('"secret-secret', '"secret" secret', '"secret\\u12"', '"""secret-secret"""'):
    _bad("AP_PASSWORD", _text, UNREADABLE)


def _odd(text, key, value, line):
    CASES.append((text, key, value, line))


# How the file is written.
_odd("AP_CHANNEL = 9", "AP_CHANNEL", 9, None)
_odd("AP_CHANNEL=9\r\n", "AP_CHANNEL", 9, None)
_odd("  \tAP_CHANNEL\t= 9\n", "AP_CHANNEL", 9, None)
_odd('AP_SSID="a"\r\nAP_CHANNEL=9\r\n', "AP_SSID", "a", None)
_odd("\n\n# AP_CHANNEL = 99\n", "AP_CHANNEL", 6, None)
_odd("MINE = 1\nCIRCUITPY_PYSTACK_SIZE = 4096\n", "AP_CHANNEL", 6, None)
_odd("\ufeffAP_CHANNEL = 9\n", "AP_CHANNEL", 9, None)
_odd("\ufeff# Notepad\nAP_CHANNEL = 9\n", "AP_CHANNEL", 9, None)
_odd('\ufeffAP_SSID = "a"\n', "AP_SSID", "esp_ws_ap", "AP_SSID " + BOM + "; using esp_ws_ap")
for _text in (
    '"AP_CHANNEL" = 9',
    "AP_CHANNEL 9",
    "AP_CHANNEL: 9",
    "AP_CHANNEL",
    "AP_CHANNEL.a = 9",
):
    _odd(_text + "\n", "AP_CHANNEL", 6, "AP_CHANNEL " + NO_EQUALS + "; using 6")
_odd("AP_CHANNEL ＝ 9\n", "AP_CHANNEL", 6, "AP_CHANNEL " + NO_EQUALS + "; using 6")
_twice = "AP_CHANNEL appears twice; the first one counts"
_odd("AP_CHANNEL = 9\nAP_CHANNEL = 10\n", "AP_CHANNEL", 9, _twice)
# The home network: with a password, without, and not at all.
_HOME = 'HOME_SSID = "router"\n'
_odd(_HOME + 'HOME_PASSWORD = "secret-secret"\n', "HOME_SSID", "router", None)
_odd(_HOME + 'HOME_PASSWORD = "secret-secret"\n', "HOME_PASSWORD", "secret-secret", None)
for _text in ("", 'HOME_PASSWORD = ""\n'):
    _odd(_HOME + _text, "HOME_SSID", "router", None)
    _odd(_HOME + _text, "HOME_PASSWORD", "", None)
_odd('HOME_SSID = "' + "ü" * 16 + '"\n', "HOME_SSID", "ü" * 16, None)
for _text in ("", 'HOME_SSID = ""\n', 'HOME_PASSWORD = "secret-secret"\n'):
    _odd(_text, "HOME_SSID", None, None)
_line = 'HOME_SSID = "' + "ü" * 17 + '" is not 1 to 32 bytes of text' + NO_HOME
_odd('HOME_SSID = "' + "ü" * 17 + '"\n', "HOME_SSID", None, _line)
_odd("HOME_SSID = router\n", "HOME_SSID", None, "HOME_SSID " + BARE + NO_HOME)
for _text, _problem in (
    ('"secret"', LENGTH),
    ('"' + "a" * 64 + '"', LENGTH),
    ('"pässwörter"', ASCII),
    ("12345678", BARE),
    ('"secret-secret', UNREADABLE),
):
    _line = "HOME_PASSWORD " + _problem + NO_HOME
    _odd(_HOME + "HOME_PASSWORD = " + _text + "\n", "HOME_SSID", None, _line)
# A section hides the keys below it only.
_odd("[hotspot]\nMINE = 1\n", "AP_CHANNEL", 6, None)
_odd("AP_CHANNEL = 9\n[a]\nAP_CHANNEL = 10\nAP_TYPO = 1\n", "AP_CHANNEL", 9, None)
_odd("[hotspot]\nAP_CHANNEL = 9\n", "AP_CHANNEL", 6, "AP_CHANNEL " + HIDDEN + "; using 6")
_line = "AP_SSID " + HIDDEN + "; using esp_ws_ap"
_odd('  [hotspot]\nAP_SSID = "a"\n', "AP_SSID", "esp_ws_ap", _line)
for _text in (' = "secret-secret"', ' = "secret"', ""):
    _odd("[a]\nAP_PASSWORD" + _text + "\n", "AP_PASSWORD", None, "AP_PASSWORD " + HIDDEN + OFF)
for _text in (
    '"AP_PASSWORD" = "secret-secret"\n',
    "'AP_PASSWORD' = \"secret-secret\"\n",
    'AP_PASSWORD "secret-secret"\n',
    'AP_PASSWORD: "secret-secret"\n',
    'AP_PASSWORD"secret-secret"\n',
):
    _odd(_text, "AP_PASSWORD", None, "AP_PASSWORD " + NO_EQUALS + OFF)
_odd('\ufeffAP_PASSWORD = "secret-secret"\n', "AP_PASSWORD", None, "AP_PASSWORD " + BOM + OFF)
_odd('AP_PASSWORD = "\n', "AP_PASSWORD", None, "AP_PASSWORD " + UNREADABLE + OFF)
# Other encodings: GBK twice, the second in the form of UTF-8; Latin-1; Shift JIS.
ENCODED = [b"\xbf\xcd\xcc\xfc", b"\xc1\xaa\xcd\xa8", b"K\xfcche", b"\x83\x4c\x83\x62"]
# Misspelt keys. The value is not shown.
for _text in "AP_CHANEL HOME_SID ap_channel Ap_Channel AP_ HTTP_PORTS WS_MAX AP-X_1".split(" "):
    _line = _text + " is not one of the settings; ignored"
    _odd(_text + ' = "secret-secret"\n', "AP_CHANNEL", 6, None if "-" in _text else _line)
_line = "AP_PASWORD is not one of the settings; ignored"
_text = 'AP_PASWORD = "secret-secret"\nAP_PASSWORD = "12345678"\n'
_odd(_text, "AP_PASSWORD", "12345678", _line)
