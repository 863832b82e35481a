/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Board: the tools

// A tool sets some bits of the style.
function tool(content, mask, value) {
  const button = make("button", "tool", content);
  button.isChosen = () => (sheet.style & mask) === value;
  button.onclick = () => {
    sheet.style = (sheet.style & ~mask) | value;
    showTools();
  };
  byId("tools").append(button);
  return button;
}

function showTools() {
  for (const button of [...pens, ...widths, eraser]) button.setAttribute("aria-pressed", button.isChosen());
}

function showDrops() {
  byId("tools").querySelectorAll(".drop").forEach((drop, index) => {
    drop.style.setProperty("--drop", PAINTS[index][dark.matches ? 1 : 0]);
  });
}

const pens = PAINTS.map((paint, index) => tool(make("i", "drop"), 15, index));
const widths = WIDTHS.map((width, index) => tool(make("i", "width width-" + index), 48, index << 4));
const eraser = tool(icon("eraser"), 15, ERASER);
const wipe = make("button", "tool", icon("wipe"));
byId("tools").append(wipe);

wipe.onclick = () => {
  if (!isOpen()) return toast(t("wipe_later"));
  byId("wiping").returnValue = "";
  byId("wiping").showModal();
};
byId("wiping").addEventListener("close", () => {
  if (byId("wiping").returnValue === "wipe") transmit({ clear: true });
});
dark.addEventListener("change", showDrops);

// Labels of what is made here
function relabel() {
  const label = (element, text) => element.setAttribute("aria-label", text);
  byId("swatches").querySelectorAll("button").forEach((swatch, index) => label(swatch, words("swatches")[index]));
  label(any, t("own_color"));
  pens.forEach((pen, index) => label(pen, `${t("ink")}: ${words("inks")[index]}`));
  widths.forEach((width, index) => label(width, `${t("width")}: ${words("widths")[index]}`));
  label(eraser, t("eraser"));
  label(wipe, t("wipe"));
  showKind();
}
