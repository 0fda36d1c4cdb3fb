// What a stream sends: drawn once, and kept until it is answered.

import { type Frames, iterate } from "./frame.js";

/** An item, and its place among all items. */
export interface Drawn<Item> {
  readonly item: Item;
  readonly position: number;
}

/** The items of a stream. Whoever sends them on another call begins with those that are unanswered. */
export class Source<Item> {
  readonly #items: AsyncIterator<Item>;
  /** Oldest first. */
  readonly #unanswered: Drawn<Item>[] = [];
  #drawing: Promise<void> | undefined;
  #position = 0;
  #ended = false;
  #failure: { reason: unknown } | undefined;

  /** Nothing is drawn yet. */
  constructor(items: Frames<Item>) {
    this.#items = iterate(items);
  }

  /** Whether nothing is left to draw. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether nothing is left to draw, and nothing unanswered. */
  get finished(): boolean {
    return this.#ended && this.#unanswered.length === 0;
  }

  /** What the items threw, or an item for which there can be no answer. */
  get failure(): { reason: unknown } | undefined {
    return this.#failure;
  }

  /** The item with so many unanswered ones before it; undefined if it is not drawn yet. */
  at(unanswered: number): Drawn<Item> | undefined {
    return this.#unanswered[unanswered];
  }

  /** Draws an item. A draw that is under way, of a call that broke, is the next call's as well. */
  draw(): Promise<void> {
    this.#drawing ??= this.#items.next().then(
      ({ done, value }) => {
        this.#drawing = undefined;
        if (done) {
          this.#ended = true;
        } else {
          this.#unanswered.push({ item: value, position: this.#position++ });
        }
      },
      (reason) => {
        this.#drawing = undefined;
        this.#fail(reason);
      },
    );
    return this.#drawing;
  }

  /** Takes out the oldest item, which is answered. */
  settle(): void {
    this.#unanswered.shift();
  }

  /** Ends before an item for which there can be no answer. */
  drop(drawn: Drawn<Item>, reason: unknown): void {
    this.#unanswered.splice(this.#unanswered.indexOf(drawn));
    this.#fail(reason);
  }

  /** Lets the items go. */
  release(): void {
    // Not awaited: a source that waits for its next item would hold up who leaves the loop.
    void this.#items.return?.()?.catch(() => {});
  }

  #fail(reason: unknown): void {
    this.#ended = true;
    this.#failure ??= { reason };
  }
}
