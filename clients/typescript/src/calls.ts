// The unary calls about images, texts and models, the same in Node and in browsers.

import type { DescService } from "@bufbuild/protobuf";
import { createClient, type Client as Stub, type Transport } from "@connectrpc/connect";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { type Model, ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import type { Pack, Region } from "./image.js";
import { IndexCalls } from "./index-calls.js";
import { packInput, type TextInput } from "./input.js";
import type { CallOptions, DetectOptions, EmbedOptions } from "./options.js";
import { allOfPages, MAX_PAGE_SIZE } from "./pages.js";
import type { Detected, Embedded } from "./result.js";
import { callOptions } from "./transport.js";

/**
 * The calls that send one request and get one response. Each rejects with an `OcelliError`.
 *
 * @typeParam P what images may be given as.
 */
export class Calls<P> extends IndexCalls<P> {
  readonly #detect: Stub<typeof DetectService>;
  readonly #embed: Stub<typeof EmbedService>;
  readonly #models: Stub<typeof ModelService>;

  /** What the calls go over. */
  readonly transport: Transport;

  /** Makes the calls on a transport. */
  constructor(transport: Transport, pack: Pack<P>) {
    super(transport, pack);
    this.transport = transport;
    this.#detect = createClient(DetectService, transport);
    this.#embed = createClient(EmbedService, transport);
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
    const { result, timings } = await this.#detect.detect(request, { timeoutMs, signal });
    return { ...result, timings } as Detected;
  }

  /** Turns one image, or `{ text }`, into a vector whose nearness to others means likeness. */
  async embed(
    input: P | TextInput,
    options: EmbedOptions & CallOptions & { region?: Region } = {},
  ): Promise<Embedded> {
    const { model = "", raw = false, region } = options;
    const request = {
      input: await packInput(this.pack, input, region),
      model,
      options: { raw },
    };
    const { result, timings } = await this.#embed.embed(request, callOptions(options));
    return { ...result, timings } as Embedded;
  }

  /** Describes every model of the repository, by name. */
  async listModels(options: CallOptions = {}): Promise<Model[]> {
    return allOfPages(async (pageToken) => {
      const request = { pageSize: MAX_PAGE_SIZE, pageToken };
      const page = await this.#models.listModels(request, callOptions(options));
      return { items: page.models, nextPageToken: page.nextPageToken };
    });
  }

  /** Describes one model. */
  async getModel(name: string, options: CallOptions = {}): Promise<Model> {
    return (await this.#models.getModel({ name }, callOptions(options))).model as Model;
  }

  /**
   * Loads a model, or loads it anew if its files changed. Resolves when it serves, which may take
   * minutes: without a `timeoutMs` of its own this call may take 600 s.
   */
  async loadModel(name: string, options: CallOptions = {}): Promise<Model> {
    return (await this.#models.loadModel({ name }, callOptions(options))).model as Model;
  }

  /** Unloads a model. Resolves when it no longer serves. */
  async unloadModel(name: string, options: CallOptions = {}): Promise<void> {
    await this.#models.unloadModel({ name }, callOptions(options));
  }
}
