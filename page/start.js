/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

translateLabels();
showTools();
showInks();
light.show();
updateUnread();
sheet.fit();
if ("WebSocket" in window) {
  connect(0);
} else {
  byId("fallback").hidden = false;
  setText(byId("address"), location.origin + "/");
}
