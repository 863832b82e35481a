# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Chromium for the tests: ``python tests/chromium.py`` sees to it that there is one.

A Chromium or Chrome of the system serves. Where there is none, Debian's is installed when this
runs as root there, and Playwright's own elsewhere.
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

#: Debian's packages of a plain Latin typeface, and of a small one (1.6 MB) for Chinese.
FONTS = ("fonts-liberation", "fonts-wqy-microhei")

#: Nothing but the page under test: no start page, no updates, no look-ups of anyone's hosts.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find() -> str | None:
    """The system's Chromium or Chrome, or else the one that Playwright has downloaded."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_from_debian() -> None:
    """Install what is missing of the browser and the fonts, as root on Debian."""
    missing = [] if find() else ["chromium"]
    for package in FONTS:
        query = subprocess.run(["dpkg", "--status", package], capture_output=True, text=True)
        if "\nStatus: install ok installed\n" not in query.stdout:
            missing.append(package)
    if not missing:
        return
    print(f"Installing {', '.join(missing)} for the tests ...", flush=True)
    apt_get = ["apt-get", "--quiet=2", "-o", "Dpkg::Use-Pty=0"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
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
    if shutil.which("apt-get") and os.geteuid() == 0:
        install_from_debian()
    elif not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    if not find():
        sys.exit("There is no Chromium, and none could be installed.")


if __name__ == "__main__":
    main()
