// Search in the collections that the server keeps.

import type { Collection, Hit, Model, SearchQuery, WebClient } from "@ocelli/client/web";
import { showCode } from "./code.js";
import { filterOf } from "./condition.js";
import { Conditions } from "./conditions.js";
import { downloadJson, stemOf } from "./download.js";
import { onFile } from "./dropping.js";
import { element, fill } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { rowOf } from "./hits.js";
import { startIndexing } from "./indexing.js";
import { hitsJson } from "./json.js";
import { offer, type Sample } from "./samples.js";
import { findsWords } from "./words.js";

const INVITATION = "Neighbours are listed here, nearest first.";

const select = element("collection", HTMLSelectElement);
const note = element("search-note", HTMLElement);
const nearId = element("near-id", HTMLInputElement);
const words = element("words-text", HTMLInputElement);
const image = element("query-image", HTMLImageElement);
const limit = element("limit", HTMLInputElement);

/** What is searched with, and its name. */
interface Near {
  readonly query: { readonly image: File } | { readonly text: string } | { readonly id: string };
  readonly name: string;
}

/** The lower part of the page. */
export class Searching {
  readonly #client: WebClient;
  readonly #conditions: Conditions;
  #collections: readonly Collection[] = [];
  #models: readonly Model[] = [];
  #searching = new AbortController();
  #near: Near | undefined;
  #hits: readonly Hit[] = [];

  constructor(client: WebClient) {
    this.#client = client;
    this.#conditions = new Conditions(() => this.#searchAgain());
    onFile(element("query", HTMLElement), element("query-file", HTMLInputElement), (file) =>
      this.#take(file),
    );
    element("near", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#searchNear(nearId.value.trim());
    });
    element("words", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = words.value.trim();
      if (text) {
        void this.#search({ query: { text }, name: text });
      }
    });
    element("refresh", HTMLButtonElement).addEventListener("click", () => {
      clearFailure();
      this.refresh().catch(showFailure);
    });
    select.addEventListener("change", () => this.#describe().catch(showFailure));
    limit.addEventListener("change", () => this.#searchAgain());
    startIndexing(
      client,
      () => select.value,
      (collection) => this.refresh(collection),
    );
    this.#startButtons();
  }

  /** Lists the collections and the models anew, and chooses a collection. */
  async refresh(chosen = select.value): Promise<void> {
    [this.#collections, this.#models] = await Promise.all([
      this.#client.listCollections(),
      this.#client.listModels(),
    ]);
    const names = this.#collections.map(({ name }) => name);
    fill(select, names, names[0] ?? "");
    if (names.includes(chosen)) {
      select.value = chosen;
    }
    element("collections-none", HTMLElement).hidden = names.length > 0;
    for (const id of ["collection-choice", "limit-choice", "search"]) {
      element(id, HTMLElement).hidden = names.length === 0;
    }
    await this.#describe();
  }

  /** Shows what there is to try. */
  offer(samples: readonly Sample[]): void {
    const images = samples.filter(({ type }) => type.startsWith("image/"));
    const strip = element("query-samples", HTMLElement);
    offer(strip, images, (file) => this.#take(file), showFailure);
  }

  async #describe(): Promise<void> {
    const chosen = this.#collections.find(({ name }) => name === select.value);
    this.#conditions.describe(chosen);
    element("words", HTMLElement).hidden = !findsWords(this.#models, chosen?.model);
    const described = element("collection-note", HTMLElement);
    described.textContent = "";
    if (select.value) {
      const { collection, pointCount } = await this.#client.getCollection(select.value);
      const points = `${pointCount} ${pointCount === 1 ? "point" : "points"}`;
      described.textContent = `${points} · ${collection.model || `${collection.dimension} numbers`}`;
    }
  }

  #take(file: File): void {
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    image.alt = `the image that is searched with: ${file.name}`;
    image.hidden = false;
    element("query", HTMLElement).dataset.state = "full";
    element("query-invitation", HTMLElement).hidden = true;
    void this.#search({ query: { image: file }, name: file.name });
  }

  #searchNear(id: string): void {
    nearId.value = id;
    nearId.focus();
    if (id) {
      void this.#search({ query: { id }, name: id });
    }
  }

  #searchAgain(): void {
    if (this.#near) {
      void this.#search(this.#near);
    }
  }

  async #search(near: Near): Promise<void> {
    this.#near = near;
    this.#searching.abort();
    const current = new AbortController();
    this.#searching = current;
    clearFailure();
    const filter = filterOf(this.#conditions.all);
    const query: SearchQuery<Blob> = { ...near.query, limit: limitOf(), ...(filter && { filter }) };
    const began = performance.now();
    try {
      const { signal } = current;
      const found = await this.#client.search(select.value, query, { signal });
      const tookMs = Math.round(performance.now() - began);
      const engineMs = (found.engineUs / 1000).toFixed(1);
      note.textContent = found.hits.length
        ? `Nearest to ${near.name}: ${tookMs} ms, ${engineMs} ms of them in the engine`
        : `Nothing is near ${near.name}.`;
      this.#show(found.hits);
    } catch (error) {
      if (!current.signal.aborted) {
        this.#show([]);
        note.textContent = INVITATION;
      }
      showFailure(error);
    }
  }

  #show(hits: readonly Hit[]): void {
    this.#hits = hits;
    const metric = this.#collections.find(({ name }) => name === select.value)?.metric;
    const rows = hits.map((hit) =>
      rowOf(hit, metric, {
        isFilterable: (field) => this.#conditions.has(field),
        onId: (id) => this.#searchNear(id),
        onValue: (field, value) => this.#conditions.addEquals(field, value),
      }),
    );
    element("hits", HTMLOListElement).replaceChildren(...rows);
    element("search-json", HTMLButtonElement).disabled = hits.length === 0;
    element("search-code", HTMLButtonElement).disabled = !this.#near;
  }

  #startButtons(): void {
    element("search-json", HTMLButtonElement).addEventListener("click", () =>
      downloadJson(`${stemOf(this.#near?.name ?? "")}-hits.json`, hitsJson(this.#hits)),
    );
    element("search-code", HTMLButtonElement).addEventListener("click", () => {
      if (this.#near) {
        const { query, name } = this.#near;
        showCode({
          call: "search",
          collection: select.value,
          near: "image" in query ? { file: name } : query,
          conditions: this.#conditions.all,
          limit: limitOf(),
        });
      }
    });
  }
}

function limitOf(): number {
  return Number(limit.value) || 10;
}
