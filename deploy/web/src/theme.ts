// Light or dark: as the system has it, or as the button was set last.

import { element } from "./element.js";

const KEY = "theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const button = element("theme", HTMLButtonElement);

/** Makes the button work. */
export function startTheme(): void {
  apply(remembered());
  system.addEventListener("change", () => apply(remembered()));
  button.addEventListener("click", () => {
    const chosen = button.ariaPressed === "true" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Without storage the choice is for this visit.
    }
    apply(chosen);
  });
}

function apply(chosen: string | null): void {
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.dataset.theme = chosen;
  }
  const theme = document.documentElement.dataset.theme;
  button.ariaPressed = String(theme ? theme === "dark" : system.matches);
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
