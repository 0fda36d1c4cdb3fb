// The labels that are asked for, of those that a model knows.

import { Chips } from "./chips.js";
import { element } from "./element.js";

const input = element("label", HTMLInputElement);

/** An input with the model's labels, and what was chosen. */
export class LabelFilter {
  readonly #chips: Chips<string>;
  #known: readonly string[] = [];

  /** Makes the input work; `changed` is called whenever other labels are asked for. */
  constructor(changed: () => void) {
    this.#chips = new Chips(element("labels", HTMLElement), (name) => name, changed);
    input.addEventListener("input", () => input.setCustomValidity(""));
    input.addEventListener("change", () => this.#add());
  }

  /** The labels that are asked for; none: all. */
  get chosen(): readonly string[] {
    return this.#chips.values;
  }

  /** Offers the labels of another model; chosen ones that it lacks are taken back. */
  describe(known: readonly string[]): void {
    this.#known = known;
    const options = known.map((name) => new Option(name));
    element("label-names", HTMLDataListElement).replaceChildren(...options);
    input.disabled = known.length === 0;
    this.#chips.keep((name) => known.includes(name));
  }

  #add(): void {
    const typed = input.value.trim().toLowerCase();
    const found = this.#known.find((name) => name.toLowerCase() === typed);
    if (found) {
      input.value = "";
      this.#chips.add(found);
    } else if (typed) {
      input.setCustomValidity("The model has no such label.");
      input.reportValidity();
    }
  }
}
