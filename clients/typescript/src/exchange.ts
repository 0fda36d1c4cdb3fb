// A bidirectional stream as an async iterable of answers.

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { toBinary } from "@bufbuild/protobuf";
import type { Image } from "@ocelli/proto/ocelli/v1/image_pb";
import { invalidArgument, messageTooLarge, OcelliError } from "./error.js";
import { type Frames, iterate } from "./frame.js";
import { Room } from "./room.js";

// An id and a payload as large as the contract allows, and some.
const MAX_BESIDE_IMAGE_BYTES = 128 * 1024;

/** What the server lets a stream have in flight. */
export interface Window {
  /** Frames or images that may be sent and not yet answered. */
  readonly maxInFlight: number;
  /** Largest message that the server reads, in bytes. */
  readonly maxMessageBytes: number;
}

/** One kind of stream: a configuration, then items, each with one answer, in order. */
export interface StreamCall<Req extends DescMessage, Res, Item, Answer> {
  /** The messages that are sent. */
  readonly schema: Req;
  /** The first of them. */
  readonly config: MessageShape<Req>;
  /** Starts the call. */
  readonly open: (
    messages: AsyncIterable<MessageShape<Req>>,
    signal: AbortSignal,
  ) => AsyncIterable<Res>;
  /** Makes the message of an item. Throws: the item fails with it, and the stream goes on. */
  readonly pack: (item: Item, position: number) => Promise<MessageShape<Req>>;
  /** The image in a message that `pack` made. */
  readonly imageOf: (message: MessageShape<Req>) => Image | undefined;
  /** Makes a message that keeps the place of an item which cannot be sent. */
  readonly packBlank: (item: Item, position: number) => MessageShape<Req>;
  /** Makes the answer to such an item. */
  readonly fail: (item: Item, position: number, error: OcelliError) => Answer;
  /** Reads the server's window, its first message; undefined if it is none. */
  readonly readWindow: (response: Res) => Window | undefined;
  /** Reads an answer; undefined if it is none. */
  readonly readAnswer: (response: Res) => Answer | undefined;
}

/** How a stream is run. */
export interface StreamLimits {
  /** Milliseconds that the server may take to grant its window. */
  readonly openMs: number;
  /** Makes the error of one that took longer. */
  readonly late: () => OcelliError;
  /** Largest message that this side sends, in bytes. */
  readonly maxMessageBytes: number;
  /** Ends the stream early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends items as fast as the server's window allows and yields their answers, in order.
 *
 * An item is drawn when the window has room for it and not before. An item that cannot be sent (its
 * file is gone, it is too large) goes out without its image: the server refuses it in its turn,
 * which keeps the order, and the caller gets the reason found here. What `items` throws is thrown
 * here, after the answers to what was sent before. Leaving the loop cancels the call.
 */
export async function* exchange<Req extends DescMessage, Res, Item, Answer>(
  call: StreamCall<Req, Res, Item, Answer>,
  items: Frames<Item>,
  limits: StreamLimits,
): AsyncGenerator<Answer, void, undefined> {
  const left = new AbortController();
  const sender = new Sender(call, items);
  const late = setTimeout(() => left.abort(limits.late()), limits.openMs);
  const signal = limits.signal ? AbortSignal.any([left.signal, limits.signal]) : left.signal;
  let opened = false;
  try {
    for await (const response of call.open(sender.messages(), signal)) {
      if (!opened) {
        clearTimeout(late);
        const window = call.readWindow(response);
        if (!window) {
          throw protocolError("the server's first message on the stream was not its window");
        }
        opened = true;
        sender.open(window, limits.maxMessageBytes);
        continue;
      }
      const answer = call.readAnswer(response);
      const sent = sender.unanswered.shift();
      if (!answer || !sent) {
        throw protocolError("the server sent a message on the stream that answers nothing");
      }
      sender.room.grant(1);
      yield sent.failed ?? answer;
    }
    if (sender.failure) {
      throw sender.failure.reason;
    }
    if (sender.unanswered.length > 0) {
      throw protocolError(
        `the server ended the stream and left ${sender.unanswered.length} items unanswered`,
      );
    }
  } finally {
    clearTimeout(late);
    sender.stop();
    left.abort();
  }
}

/** Draws items when there is room in the window, and knows which are under way. */
class Sender<Req extends DescMessage, Res, Item, Answer> {
  /** Room in the window. */
  readonly room = new Room();
  /** What was sent and not yet answered, oldest first, each with its answer if it failed here. */
  readonly unanswered: { failed: Answer | undefined }[] = [];
  /** What the items threw, or an item for which there can be no answer. */
  failure: { reason: unknown } | undefined;

  readonly #call: StreamCall<Req, Res, Item, Answer>;
  readonly #items: AsyncIterator<Item>;
  #maxBytes = 0;
  #whose = "";

  constructor(call: StreamCall<Req, Res, Item, Answer>, items: Frames<Item>) {
    this.#call = call;
    this.#items = iterate(items);
  }

  /** Lets items be sent, as many and as large as both sides take. */
  open(window: Window, ownMaxBytes: number): void {
    const own = !window.maxMessageBytes || ownMaxBytes < window.maxMessageBytes;
    this.#maxBytes = own ? ownMaxBytes : window.maxMessageBytes;
    this.#whose = own ? "client" : "server";
    this.room.grant(Math.max(1, window.maxInFlight));
  }

  /** Yields the configuration, then the items. */
  async *messages(): AsyncGenerator<MessageShape<Req>, void, undefined> {
    yield this.#call.config;
    for (let position = 0; await this.room.take(); position++) {
      let message: MessageShape<Req>;
      try {
        const drawn = await this.#items.next();
        if (drawn.done) {
          return;
        }
        message = await this.#pack(drawn.value, position);
      } catch (reason) {
        this.failure = { reason };
        return;
      }
      yield message;
    }
  }

  /** Lets the items go. */
  stop(): void {
    this.room.close();
    // Not awaited: a source that waits for its next item would hold up who leaves the loop.
    void this.#items.return?.()?.catch(() => {});
  }

  async #pack(item: Item, position: number): Promise<MessageShape<Req>> {
    try {
      const message = await this.#call.pack(item, position);
      this.#checkSize(message);
      this.unanswered.push({ failed: undefined });
      return message;
    } catch (error) {
      const failed = this.#call.fail(item, position, asOcelliError(error));
      this.unanswered.push({ failed });
      return this.#call.packBlank(item, position);
    }
  }

  #checkSize(message: MessageShape<Req>): void {
    // To know a message's size is to encode it, and images are large: only when it may matter.
    if (byteLength(this.#call.imageOf(message)) + MAX_BESIDE_IMAGE_BYTES <= this.#maxBytes) {
      return;
    }
    const sizeBytes = toBinary(this.#call.schema, message).byteLength;
    if (sizeBytes > this.#maxBytes) {
      throw messageTooLarge(sizeBytes, this.#maxBytes, this.#whose);
    }
  }
}

/** Bytes of an image's pixels or file. */
function byteLength(image: Image | undefined): number {
  const source = image?.source;
  const data = source?.case === "raw" ? source.value.data : source?.value;
  return data?.byteLength ?? 0;
}

function asOcelliError(error: unknown): OcelliError {
  return error instanceof OcelliError
    ? error
    : invalidArgument(
        "image",
        `it cannot be encoded: ${error instanceof Error ? error.message : error}`,
        "see the range of each field in the contract",
        error,
      );
}

function protocolError(summary: string): OcelliError {
  return new OcelliError(summary, {
    code: "INTERNAL",
    hint: "is the server of the same version as this client?",
  });
}
