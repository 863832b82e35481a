# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The core modules without a test file of their own."""

import pytest

from simulator.clock import board_float


def names(module):
    return {name for name in vars(module) if name[0] != "_"}


EXACTLY = {
    "time": "monotonic monotonic_ns sleep time localtime mktime struct_time",
    "gc": "collect disable enable isenabled mem_free mem_alloc",
    "json": "dumps loads dump load",
    "struct": "calcsize pack pack_into unpack unpack_from",
    "random": "seed getrandbits randrange randint choice random uniform",
    "binascii": "hexlify unhexlify a2b_base64 b2a_base64 crc32",
    "zlib": "decompress",
    "re": "match search sub compile",
    "traceback": "print_exception format_exception print_tb",
    "warnings": "warn simplefilter",
}


@pytest.mark.parametrize("name", EXACTLY)
def test_module_names(board, name):
    assert names(board.module(name)) == set(EXACTLY[name].split())


def test_ticks_ms_starts_65_s_before_wrap(board):
    ticks = board.module("supervisor").ticks_ms()
    assert 0 <= (ticks - 0x1FFF0000) % (1 << 29) < 5000
    board.clock._start -= 66_000_000_000
    assert board.module("supervisor").ticks_ms() < 10000


def test_monotonic_is_a_float_of_30_bits(board):
    board.clock._start -= 3 * 86400 * 10**9
    value = board.module("time").monotonic()
    assert value == board_float(value)
    assert (value * 16) % 1 == 0
    assert board_float(0.1) != 0.1


def test_time_starts_in_2000_until_rtc_is_set(board):
    time = board.module("time")
    assert type(time.time()) is int
    assert time.localtime().tm_year == 2000
    board.module("rtc").RTC().datetime = time.struct_time((2026, 1, 2, 3, 4, 5, 4, 2, -1))
    assert time.localtime()[:5] == (2026, 1, 2, 3, 4)
    assert time.mktime(time.localtime(1000)) == 1000


def test_sleep_of_negative_time_is_valueerror(board):
    with pytest.raises(ValueError):
        board.module("time").sleep(-1)


def test_mem_free_follows_allocations(board):
    gc = board.module("gc")
    before = gc.mem_free()
    kept = [[] for _ in range(10000)]
    assert gc.mem_free() < before
    assert abs(gc.mem_free() + gc.mem_alloc() - 2 * 1024 * 1024) < 10000
    assert kept


def test_hashlib_new_of_sha1_and_sha256_only(board):
    hashlib = board.module("hashlib")
    hashed = hashlib.new("sha1", b"abc")
    assert hashed.digest().hex() == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert not hasattr(hashed, "hexdigest") and not hasattr(hashlib, "sha1")
    with pytest.raises(ValueError):
        hashlib.new("md5")


def test_json_of_bytes_and_raw_utf8(board):
    json = board.module("json")
    assert json.loads(b'{"a": "\xc3\xa9"}') == {"a": "é"}
    assert json.dumps({"a": "é"}, separators=(",", ":")) == '{"a":"é"}'
    for wrong in ("{", "NaN", ""):
        with pytest.raises(ValueError):
            json.loads(wrong)
    with pytest.raises(TypeError):
        json.dumps(1, indent=2)


def test_json_of_numbers_outside_json(board):
    dumps = board.module("json").dumps
    numbers = [float("nan"), float("inf"), float("-inf"), 'NaN "Infinity\\']
    assert dumps(numbers) == r'[nan, inf, -inf, "NaN \"Infinity\\"]'


def test_json_keeps_surrogate_escapes_apart(board):
    json = board.module("json")
    assert json.loads(r'"\ud83d\ude00"') == "\ud83d\ude00"
    assert json.loads(r'"\u00e9\ud55c\\\ud83d\uDE00"') == "é한\\\ud83d\ude00"
    assert json.loads(r'"\\ud83d\\ude00 😀"') == r"\ud83d\ude00 😀"


def test_re(board):
    re = board.module("re")
    assert re.match("a(.)c", "abc").group(1) == "b"
    assert re.match("a{2}", "aa") is None
    assert re.compile("a+").sub("b", "xaax") == "xbx"
    with pytest.raises(ValueError):
        re.compile("(?P<name>a)")
    assert not hasattr(re.compile("a"), "findall")


def test_deque_has_maxlen_and_no_clear(board):
    collections = board.module("collections")
    with pytest.raises(TypeError):
        collections.deque(())
    queue = collections.deque((1, 2, 3), 2)
    assert list(queue) == [2, 3] and not hasattr(queue, "clear")
    with pytest.raises(IndexError):
        collections.deque((1,), 1, 1).append(2)
    with pytest.raises(IndexError):
        collections.deque((), 1).popleft()


def test_namedtuple_has_no_helpers(board):
    pair = board.module("collections").namedtuple("pair", ("a", "b"))(1, 2)
    assert (pair.a, pair.b, len(pair)) == (1, 2, 2)
    assert not hasattr(pair, "_asdict") and not hasattr(pair, "_replace")


def test_base64(board):
    binascii = board.module("binascii")
    assert binascii.b2a_base64(b"abc", newline=False) == b"YWJj"
    assert binascii.a2b_base64("YWJj") == b"abc"
    with pytest.raises(ValueError):
        binascii.unhexlify("0")


def test_sys(make_board):
    sys = make_board(version=(10, 0, 3)).module("sys")
    assert sys.implementation.name == "circuitpython"
    assert sys.implementation.version == (10, 0, 3)
    assert sys.platform == "simulator"
    assert sys.maxsize == 2**31 - 1
    assert not hasattr(sys, "exc_info") and not hasattr(sys, "print_exception")


def test_nvm_has_8192_bytes_kept_in_file(make_board, tmp_path):
    path = tmp_path / "nvm.bin"
    nvm = make_board(nvm=str(path)).module("microcontroller").nvm
    assert len(nvm) == 8192 and nvm[0] == 255 and nvm[:2] == b"\xff\xff"
    nvm[0:3] = b"abc"
    nvm[3] = 7
    assert path.stat().st_size == 8192
    assert make_board(nvm=str(path)).module("microcontroller").nvm[0:4] == b"abc\x07"


NVM_ERRORS = [
    (lambda nvm: nvm.__setitem__(slice(0, 3), b"ab"), ValueError),
    (lambda nvm: nvm.__setitem__(0, 256), ValueError),
    (lambda nvm: nvm[8192], IndexError),
    (lambda nvm: nvm[0:10:2], NotImplementedError),
]


@pytest.mark.parametrize(("call", "error"), NVM_ERRORS)
def test_nvm_errors(board, call, error):
    with pytest.raises(error):
        call(board.module("microcontroller").nvm)


def test_cpu(board):
    cpu = board.module("microcontroller").cpu
    assert 20 < cpu.temperature < 60 and cpu.voltage is None
    assert cpu.frequency == 240000000 and len(cpu.uid) == 6
    assert repr(cpu.reset_reason) == "microcontroller.ResetReason.POWER_ON"
    with pytest.raises(ValueError):
        cpu.frequency = 1


def test_change_of_running_watchdog_is_idferror(board):
    modes = board.module("watchdog").WatchDogMode
    error = board.module("espidf").IDFError
    timer = board.module("microcontroller").watchdog
    with pytest.raises(ValueError):
        timer.feed()
    timer.timeout = 8
    timer.mode = modes.RESET
    with pytest.raises(error):
        timer.timeout = 9
    with pytest.raises(error):
        timer.mode = modes.RAISE
    timer.mode = None
    timer.timeout = 5


def test_warnings_are_printed(run):
    assert run("import warnings\nwarnings.warn('careful')\n") == "Warning: careful\n"


def test_atexit_runs_after_code(run):
    assert run("import atexit\natexit.register(print, 'bye')\nprint('hi')\n") == "hi\nbye\n"


def test_ipaddress(board):
    ipaddress = board.module("ipaddress")
    address = ipaddress.ip_address("192.168.4.1")
    assert (str(address), address.packed, address.version) == (
        "192.168.4.1",
        b"\xc0\xa8\x04\x01",
        4,
    )
    assert address == ipaddress.IPv4Address(b"\xc0\xa8\x04\x01")
    assert len({address, ipaddress.IPv4Address("192.168.4.1")}) == 1
    for wrong in ("192.168.4", "1.2.3.256", "a.b.c.d", ""):
        with pytest.raises(ValueError):
            ipaddress.IPv4Address(wrong)


def test_mdns_server(board):
    radio = board.module("wifi").radio
    mdns = board.module("mdns")
    with pytest.raises(ValueError):
        mdns.Server(object())
    server = mdns.Server(radio)
    assert server.hostname == radio.hostname
    with pytest.raises(RuntimeError, match="mDNS already initialized"):
        mdns.Server(radio)
    server.hostname = "esp"
    server.advertise_service(service_type="_http", protocol="_tcp", port=80)
    assert server.find("_http", "_tcp") == ()
    server.deinit()
    assert mdns.Server(radio).hostname == radio.hostname
