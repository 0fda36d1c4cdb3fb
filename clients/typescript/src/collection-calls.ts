// The calls about collections, the same in Node and in browsers.

import { createClient, type Client as Stub, type Transport } from "@connectrpc/connect";
import { CollectionService, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
import type { CallOptions, CollectionChange, NewCollection } from "./options.js";
import { packFields } from "./packing.js";
import { allOfPages, MAX_PAGE_SIZE } from "./pages.js";
import { type Alias, type Collection, readAlias, readCollection } from "./result.js";
import { callOptions } from "./transport.js";

/** The calls about collections and their other names. */
export class CollectionCalls {
  readonly #stub: Stub<typeof CollectionService>;

  /** Makes the calls on a transport. */
  constructor(transport: Transport) {
    this.#stub = createClient(CollectionService, transport);
  }

  /** Creates a collection and returns it with the defaults filled in. */
  async createCollection(
    collection: NewCollection,
    options: CallOptions = {},
  ): Promise<Collection> {
    const { metric = "UNSPECIFIED", fields = {}, ...rest } = collection;
    const created = await this.#stub.createCollection(
      { collection: { ...rest, metric: Metric[metric], fields: packFields(fields) } },
      callOptions(options),
    );
    return readCollection(created.collection);
  }

  /** Describes one collection and counts its points. */
  async getCollection(
    name: string,
    options: CallOptions = {},
  ): Promise<{ collection: Collection; pointCount: number }> {
    const found = await this.#stub.getCollection({ name }, callOptions(options));
    return {
      collection: readCollection(found.collection),
      pointCount: Number(found.pointCount),
    };
  }

  /** Describes all collections, by name. */
  async listCollections(options: CallOptions = {}): Promise<Collection[]> {
    return allOfPages(async (pageToken) => {
      const request = { pageSize: MAX_PAGE_SIZE, pageToken };
      const page = await this.#stub.listCollections(request, callOptions(options));
      return { items: page.collections.map(readCollection), nextPageToken: page.nextPageToken };
    });
  }

  /** Changes a collection's model, adds fields to it, or both, and returns it as it is then. */
  async updateCollection(
    name: string,
    change: CollectionChange,
    options: CallOptions = {},
  ): Promise<Collection> {
    const { model, fields } = change;
    const paths = [
      ...(model === undefined ? [] : ["model"]),
      ...(fields === undefined ? [] : ["fields"]),
    ];
    const collection = { name, model, fields: packFields(fields ?? {}) };
    const request = { collection, updateMask: { paths } };
    const updated = await this.#stub.updateCollection(request, callOptions(options));
    return readCollection(updated.collection);
  }

  /** Deletes a collection, all its points and its aliases. */
  async deleteCollection(name: string, options: CallOptions = {}): Promise<void> {
    await this.#stub.deleteCollection({ name }, callOptions(options));
  }

  /**
   * Points an alias to a collection, or away from another one, in one step. An alias is taken wherever
   * the name of an existing collection is, but by `deleteCollection`.
   *
   * @returns the collection that it pointed to before; undefined if it is new.
   */
  async setAlias(
    alias: string,
    collection: string,
    options: CallOptions = {},
  ): Promise<string | undefined> {
    const request = { alias, collection };
    const { previousCollection } = await this.#stub.setAlias(request, callOptions(options));
    return previousCollection || undefined;
  }

  /** Takes an alias away; the collection stays. */
  async deleteAlias(alias: string, options: CallOptions = {}): Promise<void> {
    await this.#stub.deleteAlias({ alias }, callOptions(options));
  }

  /** Returns all aliases, by name. */
  async listAliases(options: CallOptions = {}): Promise<Alias[]> {
    return allOfPages(async (pageToken) => {
      const request = { pageSize: MAX_PAGE_SIZE, pageToken };
      const page = await this.#stub.listAliases(request, callOptions(options));
      return { items: page.aliases.map(readAlias), nextPageToken: page.nextPageToken };
    });
  }
}
