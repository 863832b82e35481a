/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

translate();
translateLabels();
showTools();
showInks();
showView();
if ("WebSocket" in window) {
  connect();
} else {
  byId("fallback").hidden = false;
  setText(byId("address"), location.origin + "/");
}
