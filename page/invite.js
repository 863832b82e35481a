/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Invite a phone: the QR code that joins the hotspot

byId("invite").onclick = () => {
  const code = byId("invite-code");
  code.onload = () => setText(byId("invite-text"), t("invite_text", { address: location.host }));
  code.onerror = () => {
    code.hidden = true;
    setText(byId("invite-text"), t("invite_without", { address: location.host }));
  };
  code.hidden = false;
  setText(byId("invite-text"), "");
  code.src = "/invite.svg?" + Date.now(); // it is not stored
  byId("invite-dialog").showModal();
};
byId("close-invite").onclick = () => byId("invite-dialog").close();
