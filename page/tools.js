/* SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
   SPDX-License-Identifier: MIT */

// Drawing: the tools

// A tool sets the bits of the style that are in its mask.
function makeTool(content, mask, value) {
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
  undoButton.disabled = !sheet.strokes.length;
}

function showInks() {
  byId("tools").querySelectorAll(".ink").forEach((ink, index) => {
    ink.style.setProperty("--stroke", INKS[index][darkScheme.matches ? 1 : 0]);
  });
}

const pens = INKS.map((ink, index) => makeTool(make("i", "ink"), 15, index));
const widths = WIDTHS.map((width, index) => makeTool(make("i", "width width-" + index), 48, index << 4));
const eraser = makeTool(icon("eraser"), 15, ERASER);
const undoButton = make("button", "tool", icon("undo"));
const clearButton = make("button", "tool", icon("clear"));
byId("tools").append(undoButton, clearButton);
undoButton.onclick = () => (isOpen() ? sheet.undo() : toast(t("clear_offline"), "warning"));

clearButton.onclick = () => {
  if (!isOpen()) return toast(t("clear_offline"), "warning");
  byId("clear-dialog").returnValue = "";
  byId("clear-dialog").showModal();
};
byId("clear-dialog").addEventListener("close", () => {
  if (byId("clear-dialog").returnValue === "clear") model.transmit({ clear: true });
});
darkScheme.addEventListener("change", () => {
  showInks();
  sheet.redraw();
});

// Labels of the elements that scripts make
function translateLabels() {
  const label = (element, text) => {
    element.setAttribute("aria-label", text);
    element.title = text;
  };
  pens.forEach((pen, index) => label(pen, `${t("ink")}: ${words("inks")[index]}`));
  widths.forEach((width, index) => label(width, `${t("width")}: ${words("widths")[index]}`));
  label(eraser, t("eraser"));
  label(undoButton, t("undo"));
  label(clearButton, t("clear_drawing"));
  showType();
}
