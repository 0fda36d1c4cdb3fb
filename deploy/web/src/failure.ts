// The line that says what went wrong, why, and what to do.

import { OcelliError } from "@ocelli/client/web";
import { element } from "./element.js";

const line = element("failure", HTMLElement);

/** Shows a failure: its reason (or code), what happened, and the hint. Says nothing of what was aborted. */
export function showFailure(error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") {
    return;
  }
  const [reason, summary, hint] =
    error instanceof OcelliError
      ? [error.reason ?? error.code, error.summary, error.hint]
      : ["PAGE", error instanceof Error ? error.message : String(error), ""];
  element("failure-reason", HTMLElement).textContent = reason;
  element("failure-summary", HTMLElement).textContent = summary;
  element("failure-hint", HTMLElement).textContent = hint && `— ${hint}`;
  line.hidden = false;
}

/** Takes the line away. */
export function clearFailure(): void {
  line.hidden = true;
}

element("failure-close", HTMLButtonElement).addEventListener("click", clearFailure);
