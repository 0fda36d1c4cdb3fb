// Choices that were made, each with a button that takes it back.

import { make } from "./element.js";

/** A row of chips. */
export class Chips<T> {
  readonly #row: HTMLElement;
  readonly #caption: (value: T) => string;
  readonly #changed: () => void;
  #values: readonly T[] = [];

  /**
   * @param row where they are shown.
   * @param caption what a chip says. Two values that say the same are one.
   * @param changed is called after each change.
   */
  constructor(row: HTMLElement, caption: (value: T) => string, changed: () => void) {
    this.#row = row;
    this.#caption = caption;
    this.#changed = changed;
    this.#show();
  }

  /** What is chosen, in the order of choosing. */
  get values(): readonly T[] {
    return this.#values;
  }

  /** Adds a choice. */
  add(value: T): void {
    const captions = this.#values.map(this.#caption);
    if (!captions.includes(this.#caption(value))) {
      this.#set([...this.#values, value]);
    }
  }

  /** Takes back what does not meet a condition. */
  keep(condition: (value: T) => boolean): void {
    const kept = this.#values.filter(condition);
    if (kept.length < this.#values.length) {
      this.#set(kept);
    }
  }

  #set(values: readonly T[]): void {
    this.#values = values;
    this.#show();
    this.#changed();
  }

  #show(): void {
    this.#row.hidden = this.#values.length === 0;
    this.#row.replaceChildren(
      ...this.#values.map((value) => {
        const chip = make("span", "chip", this.#caption(value));
        const remove = make("button", "", "×") as HTMLButtonElement;
        remove.type = "button";
        remove.ariaLabel = `Remove ${this.#caption(value)}`;
        remove.addEventListener("click", () => this.keep((other) => other !== value));
        chip.append(remove);
        return chip;
      }),
    );
  }
}
