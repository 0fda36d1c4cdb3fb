// The form that makes conditions on payloads.

import type { Collection } from "@ocelli/client/web";
import { Chips } from "./chips.js";
import {
  type Comparison,
  type Condition,
  captionOf,
  comparisonsOf,
  type Field,
  parseValue,
} from "./condition.js";
import { element, fill } from "./element.js";

const form = element("condition", HTMLFormElement);
const field = element("condition-field", HTMLSelectElement);
const comparison = element("condition-comparison", HTMLSelectElement);
const value = element("condition-value", HTMLInputElement);

/** Conditions on the fields of one collection. */
export class Conditions {
  readonly #chips: Chips<Condition>;
  #fields: readonly Field[] = [];

  /** Makes the form work; `changed` is called whenever there are other conditions. */
  constructor(changed: () => void) {
    this.#chips = new Chips(element("conditions", HTMLElement), captionOf, changed);
    field.addEventListener("change", () => this.#showComparisons());
    value.addEventListener("input", () => value.setCustomValidity(""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#addTyped();
    });
  }

  /** All that must hold. */
  get all(): readonly Condition[] {
    return this.#chips.values;
  }

  /** Shows the fields of another collection; conditions on fields that it lacks are taken back. */
  describe(collection: Collection | undefined): void {
    this.#fields = collection?.fields ?? [];
    const names = this.#fields.map(({ name }) => name);
    fill(field, names, names[0] ?? "");
    form.hidden = names.length === 0;
    this.#showComparisons();
    this.#chips.keep((condition) => names.includes(condition.field));
  }

  /** Whether a field of a payload can be filtered on. */
  has(name: string): boolean {
    return this.#fields.some((known) => known.name === name);
  }

  /** Adds the condition that a field has this value. */
  addEquals(name: string, wanted: Condition["value"]): void {
    this.#chips.add({ field: name, comparison: "is", value: wanted });
  }

  #addTyped(): void {
    const known = this.#fields.find(({ name }) => name === field.value);
    const parsed = known && parseValue(known, value.value);
    if (known && parsed !== undefined) {
      const chosen = comparison.value as Comparison;
      this.#chips.add({ field: known.name, comparison: chosen, value: parsed });
      value.value = "";
    } else {
      value.setCustomValidity("This field has values of another type.");
      value.reportValidity();
    }
  }

  #showComparisons(): void {
    const known = this.#fields.find(({ name }) => name === field.value);
    fill(comparison, known ? comparisonsOf(known) : [], "is");
  }
}
