// Images that are embedded and stored from the page.
//
// gRPC-Web has no stream from the client, so each is embedded by a call of its own, several at once,
// and points are stored some at a time.

import {
  type Collection,
  FieldType,
  type NewPoint,
  OcelliError,
  type WebClient,
} from "@ocelli/client/web";
import { onFiles } from "./dropping.js";
import { element } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { thumbnailOf } from "./thumbnail.js";

const POINTS_AT_ONCE = 16;

const panel = element("indexing", HTMLDetailsElement);
const name = element("new-collection", HTMLInputElement);
const label = element("index-label", HTMLInputElement);
const input = element("index-files", HTMLInputElement);
const stop = element("index-stop", HTMLButtonElement);
const progress = element("index-progress", HTMLProgressElement);
const note = element("index-note", HTMLElement);

/** What became of the images so far. */
interface Count {
  stored: number;
  refused: number;
  /** The first refusal. */
  why?: OcelliError;
}

/** Makes the panel work; `indexed` is called with the collection when images were stored. */
export function startIndexing(
  client: WebClient,
  chosen: () => string,
  indexed: (collection: string) => Promise<void>,
): void {
  let running = new AbortController();
  const take = async (files: readonly File[]) => {
    const collection = name.value.trim() || chosen();
    clearFailure();
    if (!collection) {
      name.focus();
      note.textContent = "Name the collection that is to be made.";
      return;
    }
    running.abort();
    const current = new AbortController();
    running = current;
    stop.hidden = false;
    try {
      await index(client, collection, files, current.signal);
      name.value = "";
    } catch (error) {
      showFailure(error);
    } finally {
      if (running === current) {
        stop.hidden = true;
        progress.hidden = true;
      }
      await indexed(collection).catch(showFailure);
    }
  };
  onFiles(panel, input, (files) => void take(files));
  stop.addEventListener("click", () => running.abort());
}

async function index(
  client: WebClient,
  name: string,
  files: readonly File[],
  signal: AbortSignal,
): Promise<void> {
  const collection = await ensure(client, name);
  if (!collection.model) {
    throw new Error(`${name} has no model, so it takes vectors and no images`);
  }
  const count: Count = { stored: 0, refused: 0 };
  report(name, files.length, count);
  let points: NewPoint[] = [];
  const flush = async () => {
    if (points.length) {
      const { stored, errors } = await client.upsertPoints(name, points, { signal });
      points = [];
      count.stored += stored;
      for (const { error } of errors) {
        refuse(count, error);
      }
      report(name, files.length, count);
    }
  };
  const answers = client.embedFrames(numbered(files), { model: collection.model, signal });
  for await (const { frameId, result, error } of answers) {
    const file = files[Number(frameId)] as File;
    if (result) {
      const payload = await payloadOf(file, collection);
      points.push({ id: file.webkitRelativePath || file.name, vector: result.vector, payload });
    } else if (error) {
      refuse(count, error);
    }
    if (points.length === POINTS_AT_ONCE) {
      await flush();
    }
    report(name, files.length, count);
  }
  await flush();
}

function* numbered(files: readonly File[]): Generator<{ image: Blob; frameId: number }> {
  for (const [frameId, image] of files.entries()) {
    yield { image, frameId };
  }
}

/** The collection, which is made with the server's default model if it is not there. */
async function ensure(client: WebClient, name: string): Promise<Collection> {
  try {
    return (await client.getCollection(name)).collection;
  } catch (error) {
    if (!(error instanceof OcelliError && error.reason === "COLLECTION_NOT_FOUND")) {
      throw error;
    }
  }
  return client.createCollection({ name, fields: { label: "KEYWORD", name: "KEYWORD" } });
}

/** What is kept with an image. A field that the schema has for values of another type is left out. */
async function payloadOf(file: File, { fields }: Collection): Promise<Record<string, string>> {
  const thumbnail = await thumbnailOf(file);
  const all = {
    name: file.name,
    ...(label.value.trim() && { label: label.value.trim() }),
    ...(thumbnail && { thumbnail }),
  };
  const taken = new Set(
    fields.filter(({ type }) => type !== FieldType.KEYWORD).map((field) => field.name),
  );
  return Object.fromEntries(Object.entries(all).filter(([key]) => !taken.has(key)));
}

function refuse(count: Count, error: OcelliError): void {
  count.refused++;
  count.why ??= error;
}

function report(collection: string, total: number, { stored, refused, why }: Count): void {
  progress.hidden = false;
  progress.max = total;
  progress.value = stored + refused;
  const parts = [`${stored} of ${total} stored in ${collection}`];
  if (refused) {
    parts.push(`${refused} refused: ${why?.reason ?? why?.code}, ${why?.summary}`);
  }
  note.textContent = parts.join("; ");
}
