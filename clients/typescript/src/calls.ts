// The unary calls, the same in Node and in browsers.

import type { DescService } from "@bufbuild/protobuf";
import { createClient, type Client as Stub, type Transport } from "@connectrpc/connect";
import {
  type Collection,
  FieldType,
  type Filter,
  Metric,
} from "@ocelli/proto/ocelli/v1/collection_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { type Model, ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import {
  type GetPointsResponse,
  type SearchRequest,
  SearchService,
} from "@ocelli/proto/ocelli/v1/search_pb";
import { invalidArgument } from "./error.js";
import type {
  CallOptions,
  DetectOptions,
  EmbedOptions,
  NewCollection,
  NewPoint,
  SearchQuery,
  Upserted,
} from "./options.js";
import type { Pack, Region } from "./image.js";
import type { Detected, Embedded, Found } from "./result.js";
import { fromStatus } from "./status.js";

/**
 * The calls that ask once and are answered once. Each rejects with an `OcelliError`.
 *
 * @typeParam P what images may be given as.
 */
export class Calls<P> {
  readonly #detect: Stub<typeof DetectService>;
  readonly #embed: Stub<typeof EmbedService>;
  readonly #search: Stub<typeof SearchService>;
  readonly #models: Stub<typeof ModelService>;

  /** What the calls go over. */
  readonly transport: Transport;
  /** Makes the contract's image of one of the program's. */
  protected readonly pack: Pack<P>;

  /** Makes the calls on a transport. */
  constructor(transport: Transport, pack: Pack<P>) {
    this.transport = transport;
    this.pack = pack;
    this.#detect = createClient(DetectService, transport);
    this.#embed = createClient(EmbedService, transport);
    this.#search = createClient(SearchService, transport);
    this.#models = createClient(ModelService, transport);
  }

  /** Makes a stub of a service on this connection, with its deadline, retries and errors. */
  stub<Service extends DescService>(service: Service): Stub<Service> {
    return createClient(service, this.transport);
  }

  /** Finds the objects in one image. Boxes are in pixels of the upright, whole image. */
  async detect(
    image: P,
    options: DetectOptions & CallOptions & { region?: Region } = {},
  ): Promise<Detected> {
    const { model = "", region, timeoutMs, signal, ...report } = options;
    const request = { image: await this.pack(image, region), model, options: report };
    const { result, timings } = await this.#detect.detect(request, call({ timeoutMs, signal }));
    return { ...result, timings } as Detected;
  }

  /** Turns one image into a vector whose nearness to others means likeness. */
  async embed(
    image: P,
    options: EmbedOptions & CallOptions & { region?: Region } = {},
  ): Promise<Embedded> {
    const { model = "", raw = false, region } = options;
    const request = { image: await this.pack(image, region), model, options: { raw } };
    const { result, timings } = await this.#embed.embed(request, call(options));
    return { ...result, timings } as Embedded;
  }

  /** Finds the stored points nearest to an image, a vector or a stored point. */
  async search(
    collection: string,
    query: SearchQuery<P>,
    options: CallOptions = {},
  ): Promise<Found> {
    const { image, region, vector, id, ...rest } = query;
    const near: SearchRequest["query"][] = [];
    if (image !== undefined) {
      near.push({ case: "image", value: await this.pack(image, region) });
    }
    if (vector !== undefined) {
      near.push({
        case: "vector",
        value: { $typeName: "ocelli.v1.QueryVector", values: [...vector] },
      });
    }
    if (id !== undefined) {
      near.push({ case: "id", value: id });
    }
    if (near.length !== 1 || !near[0]) {
      throw invalidArgument(
        "query",
        `a search near to ${near.length} things`,
        "give one of image, vector and id",
      );
    }
    return (await this.#search.search(
      { collection, query: near[0], ...rest },
      call(options),
    )) as Found;
  }

  /** Creates a collection and returns it with the defaults filled in. */
  async createCollection(
    collection: NewCollection,
    options: CallOptions = {},
  ): Promise<Collection> {
    const { metric = "UNSPECIFIED", fields = {}, ...rest } = collection;
    const schema = Object.entries(fields).map(([name, type]) => ({ name, type: FieldType[type] }));
    const created = await this.#search.createCollection(
      { collection: { ...rest, metric: Metric[metric], fields: schema } },
      call(options),
    );
    return created.collection as Collection;
  }

  /** Describes one collection and counts its points. */
  async getCollection(
    name: string,
    options: CallOptions = {},
  ): Promise<{ collection: Collection; pointCount: bigint }> {
    const { collection, pointCount } = await this.#search.getCollection({ name }, call(options));
    return { collection: collection as Collection, pointCount };
  }

  /** Describes all collections, by name. */
  async listCollections(options: CallOptions = {}): Promise<Collection[]> {
    return (await this.#search.listCollections({}, call(options))).collections;
  }

  /** Deletes a collection and all its points. */
  async deleteCollection(name: string, options: CallOptions = {}): Promise<void> {
    await this.#search.deleteCollection({ name }, call(options));
  }

  /** Stores 1 to 1000 points. Each succeeds or fails alone. */
  async upsertPoints(
    collection: string,
    points: readonly NewPoint[],
    options: CallOptions = {},
  ): Promise<Upserted> {
    const { stored, errors } = await this.#search.upsertPoints(
      { collection, points: points.map((point) => ({ ...point, vector: [...point.vector] })) },
      call(options),
    );
    const refused = errors.flatMap(({ index, error }) =>
      error ? [[index, fromStatus(error)] as const] : [],
    );
    return { stored, errors: new Map(refused) };
  }

  /** Returns stored points by id, and the ids that do not exist. */
  async getPoints(
    collection: string,
    ids: string[],
    options: CallOptions & { withVectors?: boolean } = {},
  ): Promise<GetPointsResponse> {
    const { withVectors = false } = options;
    return this.#search.getPoints({ collection, ids, withVectors }, call(options));
  }

  /** Deletes stored points by id and returns how many there were. */
  async deletePoints(
    collection: string,
    ids: string[],
    options: CallOptions = {},
  ): Promise<number> {
    return (await this.#search.deletePoints({ collection, ids }, call(options))).deleted;
  }

  /** Counts the points that match a filter, or all. */
  async countPoints(
    collection: string,
    options: CallOptions & { filter?: Filter } = {},
  ): Promise<bigint> {
    const { filter } = options;
    return (await this.#search.countPoints({ collection, filter }, call(options))).count;
  }

  /** Describes every model of the repository, by name. */
  async listModels(options: CallOptions = {}): Promise<Model[]> {
    return (await this.#models.listModels({}, call(options))).models;
  }

  /** Describes one model. */
  async getModel(name: string, options: CallOptions = {}): Promise<Model> {
    return (await this.#models.getModel({ name }, call(options))).model as Model;
  }

  /** Loads a model, or loads it anew if its files changed. Resolves when it serves. */
  async loadModel(name: string, options: CallOptions = {}): Promise<Model> {
    return (await this.#models.loadModel({ name }, call(options))).model as Model;
  }

  /** Unloads a model. Resolves when it no longer serves. */
  async unloadModel(name: string, options: CallOptions = {}): Promise<void> {
    await this.#models.unloadModel({ name }, call(options));
  }
}

function call({ timeoutMs, signal }: CallOptions): CallOptions {
  return { timeoutMs, signal };
}
