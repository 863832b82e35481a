# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""``python -m tests.page.picture``: the picture of the page in the README, docs/page.png."""

import base64
import io
import tempfile
from pathlib import Path

from PIL import Image

from tests import chromium
from tests.board import REPOSITORY, booting
from tests.page import scene
from tests.page.phone import VIEWS, Phone

PICTURE = REPOSITORY / "docs" / "page.png"

_PAGE = """<!DOCTYPE html><body><style>
body {{ display: flex; align-items: flex-start; gap: 24px; width: max-content }}
body {{ margin: 0; padding: 28px; background: #e4e2da }}
img {{ width: 360px; border-radius: 28px; border: 6px solid #14181f }}
</style>{images}</body>"""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        booting(Path(folder)) as boot,
        chromium.launched() as browser,
    ):
        board = boot("--code", "examples/greenhouse.py")
        ada = Phone.create(browser, name="Ada").visit(board)
        bob = Phone.create(browser, name="Quiet Heron").visit(board)
        eve = Phone.create(browser, name="小河").visit(board)
        scene.play(ada, bob, eve)
        images = ""
        for view in ("0", "1", *VIEWS[1:]):
            ada.go(view)
            ada.page.emulate_media(color_scheme="dark" if view == "sketch" else "light")
            ada.page.wait_for_timeout(500)
            data = base64.b64encode(ada.page.screenshot()).decode()
            images += f'<img src="data:image/png;base64,{data}">'
        page = browser.new_page(viewport={"width": 1700, "height": 900})
        page.set_content(_PAGE.format(images=images))
        data = page.locator("body").screenshot()
    image = Image.open(io.BytesIO(data)).convert("RGB")
    image = image.quantize(palette=image.quantize(colors=256, kmeans=1))  # dithered
    image.save(PICTURE, optimize=True)
    print(f"{PICTURE.relative_to(REPOSITORY)}: {image.size}, {PICTURE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
