/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

relabel();
showTools();
showDrops();
light.show();
seen();
sheet.fit();
if ("WebSocket" in window) {
  connect(0);
} else {
  byId("elsewhere").hidden = false;
  put(byId("address"), location.origin + "/");
}
