# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.status_page`
================================================================================

Answers of 400 and above as a page that a phone can show, in English or Chinese. Imported for the
first browser that gets one.
"""

from adafruit_httpserver import HEAD, FileResponse, Response

try:
    from adafruit_httpserver import Request
except ImportError:
    pass

_TEXTS = {
    404: (
        "Page not found",
        "There is no page at this address.",
        "找不到页面",
        "此地址没有页面。",
    ),
    405: (
        "Not possible here",
        "This address does not take such a request.",
        "此处不支持",
        "此地址不接受这种请求。",
    ),
    421: (
        "Wrong address",
        "This board answers to its own names only.",
        "地址不对",
        "本设备只响应自己的名称。",
    ),
    426: (
        "Not a page",
        "Pages use this address for their connection.",
        "这不是页面",
        "此地址供页面建立连接使用。",
    ),
    431: (
        "Request too long",
        "The browser has sent more than this board takes.",
        "请求过长",
        "浏览器发送的内容超出本设备的限制。",
    ),
    500: (
        "Something went wrong",
        "The program on this board has failed. Its console says why.",
        "出错了",
        "设备上的程序出错，原因见控制台。",
    ),
    0: (
        "This did not work",
        "The board has refused the request.",
        "未能完成",
        "本设备拒绝了该请求。",
    ),
}

_PAGE = """<!doctype html><html lang="%s"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>:root{color-scheme:light dark;--paper:#f6f5f1;--ink:#14181f;--soft:#535b66;--accent:#0b6e6e;
--on:#fff}@media(prefers-color-scheme:dark){:root{--paper:#10151b;--ink:#eef1f4;--soft:#a6b0bb;
--accent:#5fd3c4;--on:#06201d}}body{max-width:26rem;margin:0 auto;padding:15vh 1.5rem 2rem;
background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.5rem;line-height:2rem}p{margin:.5rem 0 1.5rem;overflow-wrap:anywhere}
small{color:var(--soft)}a{display:inline-block;padding:.75rem 1.5rem;border-radius:.75rem;
background:var(--accent);color:var(--on);text-decoration:none}</style>
<title>%s</title><h1>%s</h1><p>%s<br><small>%d: %s</small></p>%s
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_HTML = "text/html; charset=utf-8"
_HEADERS = (
    f"Content-Type: {_HTML}\r\nCache-Control: no-store\r\nContent-Security-Policy: {_POLICY}\r\n"
)


def plain_or_page(code: int, headers: str, text: str, head: bytes) -> tuple:
    """
    Return header lines and body of an answer: what is given, or a page if the request accepts HTML.

    :param int code: The status code.
    :param str headers: The header lines of the text.
    :param str text: A line of text.
    :param bytes head: The head of the request, as far as it has arrived.
    """
    content = page(code, text.strip(), head)
    return (_HEADERS, content) if content else (headers, text)


def page(code: int, reason: str, head: bytes) -> str:
    """
    Return the page for a status code; "" for a request that does not accept HTML.

    :param int code: The status code.
    :param str reason: What the log says.
    :param bytes head: The head of the request, as far as it has arrived.
    """
    if b"text/html" not in _header(head, b"accept"):
        return ""
    languages = _header(head, b"accept-language")
    chinese = languages.find(b"zh")
    english = languages.find(b"en")
    language = 2 if chinese >= 0 and (english < 0 or chinese < english) else 0
    texts = _TEXTS.get(431 if code == 413 or code == 414 else code) or _TEXTS[0]
    reason = reason.replace("&", "&amp;").replace("<", "&lt;")
    link = ""
    if code != 421:  # the same wrong address
        link = '<a href="/">%s</a>' % ("打开首页" if language else "Open the start page")
    title = texts[language]
    text = texts[language + 1]
    return _PAGE % ("zh" if language else "en", title, title, text, code, reason, link)


def show(request: "Request", response: Response, reason: str) -> Response:
    """
    Return an answer of the server as a page: the program's own ``404.html``, or that of `page`.

    :param Request request: The request.
    :param Response response: The answer.
    :param str reason: What the log says.
    """
    code = response._status.code
    head = request.raw_request
    content = page(code, reason, head)
    root = request.server.root_path
    if content and code == 404 and root is not None:
        try:
            return FileResponse(
                request,
                "/404.html",
                root,
                status=response._status,
                content_type=_HTML,
                head_only=request.method == HEAD,
            )
        except Exception:  # there is none
            pass
    if content:
        response._body = content
        response._content_type = _HTML
        response._headers.setdefault("Cache-Control", "no-store")
        response._headers.setdefault("Content-Security-Policy", _POLICY)
    return response


def _header(head: bytes, name: bytes) -> bytes:
    """Return the value of a header, in lower case."""
    head = head.lower()
    start = head.find(b"\r\n" + name + b":")
    return head[start + len(name) + 3 :].split(b"\r\n", 1)[0] if start >= 0 else b""
