// The unary calls about images, texts and models, the same in Node and in browsers.

import type { DescService } from "@bufbuild/protobuf";
import { createClient, type Client as Stub, type Transport } from "@connectrpc/connect";
import { ClassifyService } from "@ocelli/proto/ocelli/v1/classify_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { ReadService } from "@ocelli/proto/ocelli/v1/read_pb";
import type { ImageOptions, Pack } from "./image.js";
import { IndexCalls } from "./index-calls.js";
import { packInput, type TextInput } from "./input.js";
import type {
  CallOptions,
  ClassifyOptions,
  DetectOptions,
  EmbedOptions,
  ReadOptions,
} from "./options.js";
import { packClassifyOptions, packDetectOptions } from "./packing.js";
import { allOfPages, MAX_PAGE_SIZE } from "./pages.js";
import {
  type Classified,
  type Detected,
  type Embedded,
  type Model,
  type ReadText,
  readClassifyResult,
  readDetectResult,
  readEmbedResult,
  readModel,
  readReadResult,
  readTimings,
} from "./result.js";
import { callOptions } from "./transport.js";

/**
 * The calls that send one request and get one response. Each rejects with an `OcelliError`, or with an
 * `AbortError` once its signal is aborted.
 *
 * @typeParam P what images may be given as.
 */
export class Calls<P> extends IndexCalls<P> {
  readonly #classify: Stub<typeof ClassifyService>;
  readonly #detect: Stub<typeof DetectService>;
  readonly #embed: Stub<typeof EmbedService>;
  readonly #models: Stub<typeof ModelService>;
  readonly #read: Stub<typeof ReadService>;

  /** What the calls go over. */
  readonly transport: Transport;

  /** Makes the calls on a transport. */
  constructor(transport: Transport, pack: Pack<P>) {
    super(transport, pack);
    this.transport = transport;
    this.#classify = createClient(ClassifyService, transport);
    this.#detect = createClient(DetectService, transport);
    this.#embed = createClient(EmbedService, transport);
    this.#models = createClient(ModelService, transport);
    this.#read = createClient(ReadService, transport);
  }

  /** Makes a stub of a service on this connection, with its deadline, retries and errors. */
  stub<Service extends DescService>(service: Service): Stub<Service> {
    return createClient(service, this.transport);
  }

  /** Finds the objects in one image. Boxes are in pixels of the upright, whole image. */
  async detect(
    image: P,
    options: DetectOptions & ImageOptions & CallOptions = {},
  ): Promise<Detected> {
    const { model, modelVersion } = options;
    const request = {
      image: await this.pack(image, options),
      model,
      modelVersion,
      options: packDetectOptions(options),
    };
    const { result, timings } = await this.#detect.detect(request, callOptions(options));
    return { ...readDetectResult(result), timings: readTimings(timings) };
  }

  /** Says what one image, or its `region`, shows. */
  async classify(
    image: P,
    options: ClassifyOptions & ImageOptions & CallOptions = {},
  ): Promise<Classified> {
    const { model, modelVersion } = options;
    const request = {
      image: await this.pack(image, options),
      model,
      modelVersion,
      options: packClassifyOptions(options),
    };
    const { result, timings } = await this.#classify.classify(request, callOptions(options));
    return { ...readClassifyResult(result), timings: readTimings(timings) };
  }

  /** Reads the lines of text in one image, or in its `region`. Corners are in pixels of the whole image. */
  async read(image: P, options: ReadOptions & ImageOptions & CallOptions = {}): Promise<ReadText> {
    const { model, modelVersion, scoreThreshold, maxLines } = options;
    const request = {
      image: await this.pack(image, options),
      model,
      modelVersion,
      options: { scoreThreshold, maxLines },
    };
    const { result, timings } = await this.#read.read(request, callOptions(options));
    return { ...readReadResult(result), timings: readTimings(timings) };
  }

  /** Turns one image, or `{ text }`, into a vector whose nearness to others means likeness. */
  async embed(
    input: P | TextInput,
    options: EmbedOptions & ImageOptions & CallOptions = {},
  ): Promise<Embedded> {
    const { model, modelVersion, raw } = options;
    const request = {
      input: await packInput(this.pack, input, options),
      model,
      modelVersion,
      options: { raw },
    };
    const { result, timings } = await this.#embed.embed(request, callOptions(options));
    return { ...readEmbedResult(result), timings: readTimings(timings) };
  }

  /** Describes every model of the repository, by name. */
  async listModels(options: CallOptions = {}): Promise<Model[]> {
    return allOfPages(async (pageToken) => {
      const request = { pageSize: MAX_PAGE_SIZE, pageToken };
      const page = await this.#models.listModels(request, callOptions(options));
      return { items: page.models.map(readModel), nextPageToken: page.nextPageToken };
    });
  }

  /** Describes one model. */
  async getModel(name: string, options: CallOptions = {}): Promise<Model> {
    return readModel((await this.#models.getModel({ name }, callOptions(options))).model);
  }

  /**
   * Loads a model, or loads it anew if its files changed. Resolves when it serves, which may take
   * minutes: without a `timeoutMs` of its own this call may take 600 s.
   */
  async loadModel(name: string, options: CallOptions = {}): Promise<Model> {
    return readModel((await this.#models.loadModel({ name }, callOptions(options))).model);
  }

  /** Unloads a model. Resolves when it no longer serves. */
  async unloadModel(name: string, options: CallOptions = {}): Promise<void> {
    await this.#models.unloadModel({ name }, callOptions(options));
  }
}
