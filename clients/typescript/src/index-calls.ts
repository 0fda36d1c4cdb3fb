// The calls about points and searches, the same in Node and in browsers.

import { create } from "@bufbuild/protobuf";
import { createClient, type Client as Stub, type Transport } from "@connectrpc/connect";
import type { Filter } from "@ocelli/proto/ocelli/v1/filter_pb";
import { PointService } from "@ocelli/proto/ocelli/v1/point_pb";
import {
  RegionUse,
  type SearchRequest,
  SearchRequestSchema,
  SearchService,
} from "@ocelli/proto/ocelli/v1/search_pb";
import { CollectionCalls } from "./collection-calls.js";
import { duplicates } from "./duplicates.js";
import { invalidArgument } from "./error.js";
import type { Pack } from "./image.js";
import { packInput } from "./input.js";
import type {
  CallOptions,
  DuplicateOptions,
  NewPoint,
  PayloadChange,
  PointOptions,
  PointSelection,
  SearchQuery,
} from "./options.js";
import { packChange, packSelection, packVector } from "./packing.js";
import { overPages } from "./pages.js";
import {
  type DuplicateGroup,
  type Found,
  type Point,
  readFound,
  readPoint,
  readStoredPoints,
  type SearchAnswer,
  type StoredPoints,
  type Upserted,
} from "./result.js";
import { fromStatus } from "./status.js";
import { callOptions } from "./transport.js";

/** The calls about collections, their points, and searches in them. */
export class IndexCalls<P> extends CollectionCalls {
  readonly #points: Stub<typeof PointService>;
  readonly #search: Stub<typeof SearchService>;

  /** Makes the contract's image of one of the program's. */
  protected readonly pack: Pack<P>;

  /** Makes the calls on a transport. */
  constructor(transport: Transport, pack: Pack<P>) {
    super(transport);
    this.pack = pack;
    this.#points = createClient(PointService, transport);
    this.#search = createClient(SearchService, transport);
  }

  /** Stores 1 to 1000 points. Each succeeds or fails alone. */
  async upsertPoints(
    collection: string,
    points: readonly NewPoint[],
    options: CallOptions = {},
  ): Promise<Upserted> {
    const packed = points.map((point) => ({ ...point, vector: packVector(point.vector) }));
    const request = { collection, points: packed };
    const { stored, errors } = await this.#points.upsertPoints(request, callOptions(options));
    const refused = errors.flatMap(({ index, id, error }) =>
      error ? [{ index, id, error: fromStatus(error) }] : [],
    );
    return { stored, errors: refused };
  }

  /** Returns 1 to 1000 stored points by id, and the ids that do not exist. */
  async getPoints(
    collection: string,
    ids: readonly string[],
    options: PointOptions & CallOptions = {},
  ): Promise<StoredPoints> {
    const { withPayload, withVector } = options;
    const request = { collection, ids: [...ids], withPayload, withVector };
    return readStoredPoints(await this.#points.getPoints(request, callOptions(options)));
  }

  /**
   * Yields all stored points, or those that match a filter, in an order that does not change.
   *
   * They come in pages of at most `pageSize`, 1 to 1000 (unset: 100), each asked for when the points
   * before it are taken.
   */
  listPoints(
    collection: string,
    options: PointOptions & CallOptions & { filter?: Filter; pageSize?: number } = {},
  ): AsyncGenerator<Point, void, undefined> {
    const { filter, pageSize = 0, withPayload, withVector } = options;
    return overPages(async (pageToken) => {
      const request = { collection, filter, pageSize, pageToken, withPayload, withVector };
      const page = await this.#points.listPoints(request, callOptions(options));
      return { items: page.points.map(readPoint), nextPageToken: page.nextPageToken };
    });
  }

  /** Counts the points that match a filter, or all. */
  async countPoints(
    collection: string,
    options: CallOptions & { filter?: Filter } = {},
  ): Promise<number> {
    const request = { collection, filter: options.filter };
    return Number((await this.#points.countPoints(request, callOptions(options))).count);
  }

  /** Deletes stored points by id or by filter and returns how many there were. */
  async deletePoints(
    collection: string,
    which: PointSelection,
    options: CallOptions = {},
  ): Promise<number> {
    const request = { collection, ...packSelection(which) };
    return Number((await this.#points.deletePoints(request, callOptions(options))).deleted);
  }

  /** Changes the payloads of stored points by id or by filter and returns of how many. */
  async updatePayload(
    collection: string,
    which: PointSelection,
    change: PayloadChange,
    options: CallOptions = {},
  ): Promise<number> {
    const request = { collection, ...packSelection(which), change: packChange(change) };
    return Number((await this.#points.updatePayload(request, callOptions(options))).updated);
  }

  /** Finds the stored points nearest to an image, a text, a vector or a stored point. */
  async search(
    collection: string,
    query: SearchQuery<P>,
    options: CallOptions = {},
  ): Promise<Found> {
    const request = await this.#packQuery(collection, query);
    return readFound(await this.#search.search(request, callOptions(options)));
  }

  /** Searches 1 to 100 times in one call. Each search succeeds or fails alone. */
  async batchSearch(
    collection: string,
    queries: readonly SearchQuery<P>[],
    options: CallOptions = {},
  ): Promise<SearchAnswer[]> {
    const requests = await Promise.all(queries.map((query) => this.#packQuery("", query)));
    const { answers } = await this.#search.batchSearch(
      { collection, requests },
      callOptions(options),
    );
    return answers.map(({ outcome }) =>
      outcome.case === "error"
        ? { error: fromStatus(outcome.value) }
        : { result: readFound(outcome.value) },
    );
  }

  /**
   * Finds groups of points that are nearly the same and yields them, largest first: each point of a
   * group is at least as near to another one of it as the threshold says.
   *
   * A large collection takes minutes: the call takes any time unless it has a `timeoutMs`. Leaving the
   * loop cancels it.
   *
   * @param scoreThreshold lowest score for cosine and dot, highest for Euclid.
   */
  findDuplicates(
    collection: string,
    scoreThreshold: number,
    options: DuplicateOptions & CallOptions = {},
  ): AsyncGenerator<DuplicateGroup, void, undefined> {
    return duplicates(this.#search, collection, scoreThreshold, options);
  }

  async #packQuery(collection: string, query: SearchQuery<P>): Promise<SearchRequest> {
    const { image, region, tolerance, regionUse, text, vector, id, ...rest } = query;
    const near: SearchRequest["query"][] = [];
    if (image !== undefined) {
      near.push(await packInput(this.pack, image, { region, tolerance }));
    }
    if (text !== undefined) {
      near.push({ case: "text", value: text });
    }
    if (vector !== undefined) {
      near.push({ case: "vector", value: packVector(vector) });
    }
    if (id !== undefined) {
      near.push({ case: "id", value: id });
    }
    if (near.length !== 1 || !near[0]) {
      throw invalidArgument(
        "query",
        `a search near to ${near.length} things`,
        "give one of image, text, vector and id",
      );
    }
    return create(SearchRequestSchema, {
      ...rest,
      collection,
      query: near[0],
      regionUse: RegionUse[regionUse ?? "UNSPECIFIED"],
    });
  }
}
