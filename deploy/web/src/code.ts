// The dialog that shows a call as a program.

import { element } from "./element.js";
import { type Call, LANGUAGES } from "./snippets.js";

const dialog = element("code", HTMLDialogElement);
const shown = element("code-text", HTMLElement);
const tabs = element("code-languages", HTMLElement);
const copy = element("code-copy", HTMLButtonElement);

let call: Call | undefined;
let language = Object.keys(LANGUAGES)[0] ?? "";

/** Makes the dialog's buttons work. */
export function startCode(): void {
  for (const name of Object.keys(LANGUAGES)) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = name;
    tab.addEventListener("click", () => {
      language = name;
      write();
    });
    tabs.append(tab);
  }
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(shown.textContent ?? "");
      copy.textContent = "Copied";
    } catch {
      // Pages that come neither over https nor from localhost have no clipboard.
      getSelection()?.selectAllChildren(shown);
      copy.textContent = "Press Ctrl-C";
    }
  });
  element("code-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
}

/** Shows a call. */
export function showCode(shownCall: Call): void {
  call = shownCall;
  write();
  dialog.showModal();
}

function write(): void {
  if (call) {
    shown.textContent = LANGUAGES[language]?.(location, call) ?? "";
  }
  copy.textContent = "Copy";
  for (const tab of tabs.querySelectorAll("button")) {
    tab.ariaPressed = String(tab.textContent === language);
  }
}
