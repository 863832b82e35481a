# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
circup installs the libraries on a drive.

Its bundle is a folder laid out as circup keeps a downloaded one, filled from the packages that pip
has installed, so no network is needed.
"""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.board import REPOSITORY
from tests.raw_http import fetch

TAG = "20260101"
BUNDLES = ("adafruit/Adafruit_CircuitPython_Bundle", "adafruit/CircuitPython_Community_Bundle")

BOOT_OUT = """\
Adafruit CircuitPython 10.3.1 on 2026-01-01; ESP32-S3-DevKitC-1-N8R8 with ESP32S3
Board ID:espressif_esp32s3_devkitc_1_n8r8
"""


def _distributions() -> list[importlib.metadata.Distribution]:
    """Return the packages of requirements.txt."""
    lines = (REPOSITORY / "requirements.txt").read_text().splitlines()
    names = [line.split("~")[0] for line in lines if line and line[0] != "#"]
    return [importlib.metadata.distribution(name) for name in names]


def _add_to_bundle(bundle: Path, distribution: importlib.metadata.Distribution) -> None:
    """Copy a package's modules and its requirements."""
    for file in distribution.files or ():
        if file.suffix == ".py":
            target = bundle / "lib" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), target)
            requirements = bundle / "requirements" / file.parts[0].removesuffix(".py")
            requirements.mkdir(parents=True, exist_ok=True)
            text = "\n".join(distribution.requires or ())
            (requirements / "requirements.txt").write_text(text)


@pytest.fixture
def circup_environment(tmp_path: Path) -> dict[str, str]:
    """Environment variables with which circup finds its bundles, and no files of the user."""
    environment = {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    # Only circup's own library knows its data folder on this system.
    script = "from circup.shared import DATA_DIR; print(DATA_DIR)"
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
    data = Path(output.stdout.decode().strip())
    assert tmp_path in data.parents

    data.mkdir(parents=True, exist_ok=True)
    (data / "circup.json").write_text(json.dumps({name: [TAG] for name in BUNDLES}))
    for name in BUNDLES:
        vendor, _, repository = name.partition("/")
        identifier = repository.lower().replace("_", "-")
        bundle = data / vendor / f"{identifier}-py" / f"{identifier}-py-{TAG}"
        (bundle / "lib").mkdir(parents=True)
        if name == BUNDLES[0]:
            for distribution in _distributions():
                _add_to_bundle(bundle, distribution)
    return environment


@pytest.mark.skipif(sys.platform == "win32", reason="circup's data folder cannot be moved there")
def test_circup_installs_all_imports(circup_environment, drive, boot):
    target = drive()
    (target / "boot_out.txt").write_text(BOOT_OUT)

    command = [str(Path(sys.executable).with_name("circup")), "--offline", "--path", str(target)]
    command += ["install", "-r", "requirements.txt"]
    environment = os.environ | circup_environment
    output = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=30
    )
    assert output.returncode == 0, output.stdout + output.stderr
    assert "WARNING" not in output.stdout
    installed = {path.name for path in (target / "lib").iterdir()}
    assert installed == {
        "adafruit_httpserver",
        "adafruit_logging.py",
        "adafruit_miniqr.py",
        "adafruit_ticks.py",
        "esp_ws_ap",
    }

    board = boot("--blank-path", drive=target)
    page = fetch(board.address())
    assert page.status == 200
    assert b"<title>" in page.body
