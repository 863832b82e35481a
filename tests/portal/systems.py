# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Each system's probe: its URL, its User-Agent, and the answer that means "online"."""

from typing import NamedTuple

APPLE = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
NETWORK_MANAGER = b"NetworkManager is online\n"
CANONICAL = (
    b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
)
ONLINE = b"<html><body>online</body></html>\n"

_CONNMAN = "ConnMan/1.41 wispr"
_IPHONE = "CaptiveNetworkSupport-481.60.2 wispr"
_ANDROID = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112.32 Safari/537.36"  # noqa: E501
_DALVIK = "Dalvik/2.1.0 (Linux; U; Android 14; V2309A Build/UP1A.231005.007)"
_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
_CHROME_OS = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"  # noqa: E501
_EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"  # noqa: E501
_KINDLE = "Mozilla/5.0 (X11; U; Linux armv7l like Android; en-us) AppleWebKit/531.2+ (KHTML, like Gecko) Version/5.0 Safari/533.2+ Kindle/3.0+"  # noqa: E501


class Probe(NamedTuple):
    """A probe. A body of None stands for 204, which has none."""

    url: str
    user_agent: str
    body: bytes | None
    method: str = "GET"


PROBES = {
    "iPhone": Probe("http://captive.apple.com/hotspot-detect.html", _IPHONE, APPLE),
    "iPhone, another path": Probe("http://captive.apple.com/", _IPHONE, APPLE),
    "Mac": Probe("http://www.apple.com/library/test/success.html", _IPHONE, APPLE),
    "old iPhone": Probe("http://www.ibook.info/library/test/success.html", _IPHONE, APPLE),
    "Android": Probe("http://connectivitycheck.gstatic.com/generate_204", _ANDROID, None),
    "Android, fallback": Probe("http://www.google.com/gen_204", _ANDROID, None),
    "Android, other fallback": Probe(
        "http://play.googleapis.com/generate_204", _ANDROID, None, "HEAD"
    ),
    "Android 6": Probe("http://clients3.google.com/generate_204", _DALVIK, None),
    "Xiaomi": Probe("http://connect.rom.miui.com/generate_204", _DALVIK, None),
    "Huawei": Probe(
        "http://connectivitycheck.platform.hicloud.com/generate_204_6c1c7b8e", _DALVIK, None
    ),
    "OPPO": Probe("http://conn1.oppomobile.com/generate_204", _DALVIK, None),
    "vivo": Probe("http://wifi.vivo.com.cn/generate_204", _DALVIK, None),
    "Samsung": Probe("http://connectivity.samsung.com.cn/generate_204", _DALVIK, None),
    "Qualcomm": Probe("http://www.qualcomm.cn/generate_204", _DALVIK, None),
    "Fire OS": Probe("http://fireoscaptiveportal.com/generate_204", _DALVIK, None),
    "ChromeOS": Probe("http://www.gstatic.com/generate_204", _CHROME_OS, None),
    "Edge": Probe("http://edge-http.microsoft.com/captiveportal/generate_204", _EDGE, None),
    "Windows 10 and 11": Probe(
        "http://www.msftconnecttest.com/connecttest.txt",
        "Microsoft NCSI",
        b"Microsoft Connect Test",
    ),
    "Windows 7": Probe("http://www.msftncsi.com/ncsi.txt", "Microsoft NCSI", b"Microsoft NCSI"),
    "Firefox": Probe("http://detectportal.firefox.com/canonical.html", _FIREFOX, CANONICAL),
    "Firefox, IPv4": Probe(
        "http://detectportal.firefox.com/success.txt?ipv4", _FIREFOX, b"success\n"
    ),
    "GNOME": Probe("http://nmcheck.gnome.org/check_network_status.txt", "", NETWORK_MANAGER),
    "Fedora": Probe("http://fedoraproject.org/static/hotspot.txt", "", b"OK\n"),
    "Ubuntu": Probe("http://connectivity-check.ubuntu.com./", "", None),
    "Debian": Probe("http://network-test.debian.org/nm", "", NETWORK_MANAGER),
    "Arch": Probe("http://ping.archlinux.org/nm-check.txt", "", NETWORK_MANAGER),
    "openSUSE": Probe("http://conncheck.opensuse.org/", "", NETWORK_MANAGER),
    "KDE": Probe("http://networkcheck.kde.org/", "", b"OK\n"),
    "RHEL": Probe("http://static.redhat.com/test/rhel-networkmanager.txt", "", b"OK\n"),
    "ConnMan": Probe("http://ipv4.connman.net/online/status.html", _CONNMAN, ONLINE),
    "Tesla": Probe("http://connman.vn.tesla.services/", _CONNMAN, ONLINE),
    "Tesla in China": Probe("http://connman.vn.cloud.tesla.cn/online/status.html", "", ONLINE),
    "Sailfish": Probe("http://ipv4.jolla.com/return_204", _CONNMAN, None),
    "Sailfish, older": Probe("http://ipv4.jolla.com/online/status.html", "", ONLINE, "HEAD"),
    "Steam Deck": Probe("http://test.steampowered.com/204", "Valve/Steam", None, "HEAD"),
    "/e/OS": Probe("http://204.ecloud.global/", _ANDROID, None),
    "another 204": Probe("http://captiveportal.kuketz.de/", _ANDROID, None),
    # It looks for the number in the page.
    "Kindle": Probe(
        "http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html",
        _KINDLE,
        b"<html><head><title>Kindle Reachability Probe Page</title></head><body>\n"
        b"81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body></html>\n",
    ),
}
