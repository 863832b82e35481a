/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// An iPhone's keyboard covers the page and does not resize it.
if (window.visualViewport) {
  visualViewport.addEventListener("resize", () => {
    document.documentElement.style.setProperty("--height", visualViewport.height * visualViewport.scale + "px");
    scrollTo(0, 0);
  });
}
