// Search in the collections that the server keeps.

import {
  type Collection,
  type Hit,
  Metric,
  type SearchQuery,
  type WebClient,
} from "@ocelli/client/web";
import { onFile } from "./dropping.js";
import { element, fill, make } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";

const select = element("collection", HTMLSelectElement);
const note = element("search-note", HTMLElement);
const nearId = element("near-id", HTMLInputElement);
const image = element("query-image", HTMLImageElement);

/** Makes the lower part of the page work. */
export class Searching {
  readonly #client: WebClient;
  #collections: Collection[] = [];
  #searching = new AbortController();

  constructor(client: WebClient) {
    this.#client = client;
    const zone = element("query", HTMLElement);
    onFile(zone, element("query-file", HTMLInputElement), (file) => {
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(file);
      image.alt = `the image that is searched with: ${file.name}`;
      image.hidden = false;
      zone.dataset.state = "full";
      element("query-invitation", HTMLElement).hidden = true;
      void this.#search({ image: file }, file.name);
    });
    element("near", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#searchNear(nearId.value.trim());
    });
    element("refresh", HTMLButtonElement).addEventListener("click", () => {
      clearFailure();
      this.refresh().catch(showFailure);
    });
    select.addEventListener("change", () => this.#describe().catch(showFailure));
  }

  /** Lists the collections anew. */
  async refresh(): Promise<void> {
    this.#collections = await this.#client.listCollections();
    const names = this.#collections.map(({ name }) => name);
    fill(select, names, names[0] ?? "");
    element("collections-none", HTMLElement).hidden = names.length > 0;
    for (const id of ["collection-choice", "limit-choice", "search"]) {
      element(id, HTMLElement).hidden = names.length === 0;
    }
    await this.#describe();
  }

  async #describe(): Promise<void> {
    const described = element("collection-note", HTMLElement);
    described.textContent = "";
    if (select.value) {
      const { collection, pointCount } = await this.#client.getCollection(select.value);
      const points = `${pointCount} ${pointCount === 1n ? "point" : "points"}`;
      described.textContent = `${points} · ${collection.model || `${collection.dimension} numbers`}`;
    }
  }

  #searchNear(id: string): void {
    nearId.value = id;
    nearId.focus();
    if (id) {
      void this.#search({ id }, id);
    }
  }

  async #search(query: SearchQuery<Blob>, name: string): Promise<void> {
    this.#searching.abort();
    this.#searching = new AbortController();
    clearFailure();
    const limit = Number(element("limit", HTMLInputElement).value) || 10;
    const began = performance.now();
    try {
      const { signal } = this.#searching;
      const found = await this.#client.search(select.value, { ...query, limit }, { signal });
      const tookMs = Math.round(performance.now() - began);
      const engineMs = (Number(found.engineUs) / 1000).toFixed(1);
      note.textContent = found.hits.length
        ? `Nearest to ${name}: ${tookMs} ms, ${engineMs} ms of them in the engine`
        : `Nothing is near ${name}.`;
      this.#show(found.hits);
    } catch (error) {
      this.#show([]);
      note.textContent = "Neighbours are listed here, nearest first.";
      showFailure(error);
    }
  }

  #show(hits: readonly Hit[]): void {
    const metric = this.#collections.find(({ name }) => name === select.value)?.metric;
    element("hits", HTMLOListElement).replaceChildren(
      ...hits.map((hit) => {
        const item = document.createElement("li");
        const id = make("button", "id", hit.id) as HTMLButtonElement;
        id.type = "button";
        id.title = "Find what is near this";
        id.addEventListener("click", () => this.#searchNear(hit.id));
        item.append(id, bar(hit.score, metric), make("span", "score", hit.score.toFixed(3)));
        item.append(payload(hit));
        return item;
      }),
    );
  }
}

/** How near a hit is, drawn. A dot product has no scale, so its bar stays out. */
function bar(score: number, metric: Metric | undefined): HTMLElement {
  if (metric === Metric.DOT) {
    return make("span", "");
  }
  const meter = document.createElement("meter");
  meter.value = metric === Metric.EUCLID ? 1 / (1 + score) : Math.max(0, score);
  meter.setAttribute("aria-hidden", "true");
  return meter;
}

function payload(hit: Hit): HTMLElement {
  const shown = make("div", "payload");
  for (const [name, value] of Object.entries(hit.payload ?? {})) {
    const field = make("span", "");
    const text = typeof value === "string" ? value : JSON.stringify(value);
    field.title = `${name}: ${text}`;
    field.append(make("b", "", `${name} `), text);
    shown.append(field);
  }
  return shown;
}
