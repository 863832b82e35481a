/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// The keyboard of an iPhone covers the page without making it smaller.
if (window.visualViewport) {
  visualViewport.addEventListener("resize", () => {
    document.documentElement.style.setProperty("--height", visualViewport.height * visualViewport.scale + "px");
    scrollTo(0, 0);
  });
}
