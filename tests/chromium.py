# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Chromium for the tests: ``python tests/chromium.py`` installs one if there is none.

A Chromium or Chrome of the system is used if there is one. As root on Debian, this installs
Debian's, and elsewhere Playwright's own. It also installs the library and the typefaces that a bare
Debian lacks; a user who is not root gets their names.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

#: Debian's package of a library without which Playwright does not start.
LIBRARY = "libatomic1"

#: Debian's packages of a plain Latin typeface, of one with block characters for a terminal, and of
#: a small one (1.6 MB) for Chinese.
FONTS = ("fonts-liberation", "fonts-dejavu-core", "fonts-wqy-microhei")

#: Only the page under test: no start page, no updates, no look-ups of other hosts.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """Return the system's Chromium or Chrome, else the one that Playwright has downloaded."""
    if path := _of_the_system():
        return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _of_the_system() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing_on_debian() -> list[str]:
    """Return the packages to install, if there is apt-get."""
    missing = [package for package in (LIBRARY, *FONTS) if not _is_installed(package)]
    # Without the library, Playwright cannot be asked whether it has a Chromium.
    if not (_of_the_system() if LIBRARY in missing else find()):
        missing.append("chromium")
    return missing


def _is_installed(package: str) -> bool:
    query = subprocess.run(["dpkg", "--status", package], capture_output=True, text=True)
    return "\nStatus: install ok installed\n" in query.stdout


def install_on_debian(packages: list[str]) -> None:
    """
    Install packages, as root.

    :param list packages: Their names.
    """
    print(f"Installing {', '.join(packages)} for the tests ...", flush=True)
    apt_get = ["apt-get", "--quiet=2", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run([*apt_get, *command], env=environment, stdout=subprocess.DEVNULL, check=True)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium without a screen."""
    executable = find()
    assert executable, "no Chromium: run `make chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=ARGUMENTS,
            # Chromium's sandbox refuses to run as root, as in a container.
            chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0,
        )
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    missing = missing_on_debian() if shutil.which("apt-get") else []
    if missing and os.geteuid() == 0:
        install_on_debian(missing)
    elif missing:
        told = f"The tests need more of Debian; as root: apt-get install {' '.join(missing)}"
        if LIBRARY in missing:
            sys.exit(told)
        print(told, flush=True)
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not find():
        sys.exit("There is no Chromium, and none could be installed.")


if __name__ == "__main__":
    main()
