# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.page_check`
================================================================================

What in an HTML file does not work under its Content-Security-Policy, in words for its author. It
runs once for a page, on the board or on a PC, and is not kept in memory.
"""

# Elements whose content is text: a "<" in it begins no other element.
_TEXT_ELEMENTS = (b"script", b"style", b"title", b"textarea")

_MAX_TAG = 2048  # bytes; of a longer one, such as a picture in a data: URL, the rest is not read
_LOADED = (b"stylesheet", b"icon", b"preload", b"modulepreload")  # a <link> with this rel


def first_blocked(path: str) -> "tuple | None":
    """
    Find the first place of an HTML file that the browser will block.

    :param str path: The file.
    :return: The line, from 1, and what to write in its place; None if there is no such place.
    """
    line = 1
    end = b""  # the mark that ends a comment or the text of an element
    text = b""
    with open(path, "rb") as file:
        while True:
            piece = file.read(1024)
            text += piece
            at = 0
            while True:
                start = at
                if end:
                    at = text.lower().find(end, start)
                    if at < 0:
                        at = max(start, len(text) - len(end))
                        break
                    at += len(end)
                    end = b""
                    continue
                at = text.find(b"<", start)
                if at < 0:
                    at = len(text)
                    break
                if piece and len(text) - at < 4:
                    break  # the rest of it follows
                if not text[at + 1 : at + 2].strip(b" \t\r\n\f=<>&0123456789"):
                    at += 1  # it is just the character
                    continue
                if text[at : at + 4] == b"<!--":
                    at += 2  # <!--> is a whole comment
                    end = b"-->"
                    continue
                stop = text.find(b">", at)
                while stop >= 0 and text[at:stop].count(b'"') % 2:
                    stop = text.find(b">", stop + 1)
                if stop < 0:
                    if piece and len(text) - at <= _MAX_TAG:
                        break
                    stop = len(text)
                tag = text[at + 1 : stop]
                problem = _problem(tag)
                if problem:
                    # Within a long tag, the line is that of its beginning.
                    return line + text[:at].count(b"\n"), problem
                name = tag.split(None, 1)[0].lower() if tag.strip() else b""
                if name in _TEXT_ELEMENTS:
                    end = b"</" + name
                at = stop
            line += text[:at].count(b"\n")
            text = text[at:]
            if not piece:
                return None


def _problem(tag: bytes) -> str:
    """Return what to write in place of a tag; "" if the browser does not block it."""
    parts = tag.split(None, 1)
    if len(parts) < 2:
        return ""
    element = parts[0].lower()
    attributes = _attributes(parts[1])
    rel = b""
    for name, value in attributes:
        if name == b"rel":
            rel = value.lower()
    problem = ""
    for name, value in attributes:
        if name[:2] == b"on":
            known = _shown(name)
            event = known[2:]
            problem = (
                f'{known}="..." does not run; write .addEventListener("{event}", f) in a script'
            )
        elif name == b"style":
            problem = 'style="..." is not applied; write a class, and its rule in a style block'
        elif value.strip()[:11].lower() == b"javascript:":
            problem = f"{_shown(value)} does not run; write .addEventListener in a script"
        elif name in (b"src", b"href", b"poster", b"data") and _is_elsewhere(value):
            if name != b"href" or element == b"link" and _is_loaded(rel):
                problem = f"{_shown(value)} is not loaded; copy the file to static/"
        elif name in (b"action", b"formaction") and _is_elsewhere(value):
            problem = f"a form is not sent to {_shown(value)}; send it to the board"
        elif name == b"src" and element in (b"iframe", b"frame", b"embed"):
            problem = f"a frame does not show {_shown(value)}; write a link"
        if problem:
            break
    return problem


def _attributes(rest: bytes) -> list:
    """Return the names, in lower case, and the values of a tag's attributes."""
    result = []
    while True:
        parts = rest.split(b"=", 1)
        if len(parts) < 2:
            return result
        names = parts[0].split()
        rest = parts[1].lstrip()
        quote = rest[:1]
        if quote == b'"' or quote == b"'":
            parts = rest[1:].split(quote, 1)
        else:
            parts = rest.split(None, 1)
        rest = parts[1] if len(parts) > 1 else b""
        if names:
            result.append((names[-1].lower(), parts[0] if parts else b""))


def _is_elsewhere(value: bytes) -> bool:
    value = value.strip().lower()
    return value[:2] == b"//" or value[:7] == b"http://" or value[:8] == b"https://"


def _is_loaded(rel: bytes) -> bool:
    return any(word in _LOADED for word in rel.split())


def _shown(value: bytes) -> str:
    """Return the beginning of a value, for the log."""
    return "".join([chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in value[:60]])
