// A bidirectional stream as an async iterable of answers.

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { toBinary } from "@bufbuild/protobuf";
import type { StreamWindow } from "@ocelli/proto/ocelli/v1/stream_pb";
import { invalidArgument, messageTooLarge, OcelliError } from "./error.js";
import { type Frames, iterate } from "./frame.js";
import type { PackedInput } from "./input.js";
import { Pending } from "./pending.js";

// An id and a payload as large as the contract allows, and some.
const MAX_BESIDE_INPUT_BYTES = 128 * 1024;
const MAX_UTF8_BYTES_PER_UNIT = 3;

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
  /** The image or text in a message that `pack` made. */
  readonly inputOf: (message: MessageShape<Req>) => PackedInput | undefined;
  /** Makes a message to be sent instead of an item that cannot be. */
  readonly packBlank: (item: Item, position: number) => MessageShape<Req>;
  /** Makes the answer to such an item. */
  readonly fail: (item: Item, position: number, error: OcelliError) => Answer;
  /** Reads a window; undefined if it is none. */
  readonly readWindow: (response: Res) => StreamWindow | undefined;
  /** Reads an answer; undefined if it is none. */
  readonly readAnswer: (response: Res) => Answer | undefined;
}

/** How a stream is run. */
export interface StreamSettings {
  /** Milliseconds that the server may take to grant its first window. */
  readonly openMs: number;
  /** Makes the error of one that took longer. */
  readonly late: () => OcelliError;
  /** Largest message that this side sends, in bytes. */
  readonly maxMessageBytes: number;
  /** Called with each window. */
  readonly onWindow?: ((window: StreamWindow) => void) | undefined;
  /** Ends the stream early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends items as fast as the server's window allows and yields their answers, in order.
 *
 * An item is drawn when the window has room for it and not before. The server may send another window
 * at any time, which from then on holds. An item that cannot be sent (its file is gone, it is too
 * large) goes out without its image: the server refuses it in its turn, which keeps the order, and the
 * caller gets the reason found here. What `items` throws is thrown here, after the answers to what was
 * sent before. Leaving the loop cancels the call.
 */
export async function* runStream<Req extends DescMessage, Res, Item, Answer>(
  call: StreamCall<Req, Res, Item, Answer>,
  items: Frames<Item>,
  settings: StreamSettings,
): AsyncGenerator<Answer, void, undefined> {
  const left = new AbortController();
  const sender = new Sender(call, items, settings.maxMessageBytes);
  const late = setTimeout(() => left.abort(settings.late()), settings.openMs);
  const signal = settings.signal ? AbortSignal.any([left.signal, settings.signal]) : left.signal;
  let opened = false;
  try {
    for await (const response of call.open(sender.messages(), signal)) {
      const window = call.readWindow(response);
      if (window) {
        clearTimeout(late);
        opened = true;
        settings.onWindow?.(window);
        sender.resize(window);
        continue;
      }
      if (!opened) {
        throw protocolError("the server's first message on the stream was not its window");
      }
      const answer = call.readAnswer(response);
      const sent = sender.pending.settle();
      if (!answer || !sent) {
        throw protocolError("the server sent a message on the stream that answers nothing");
      }
      yield sent.failed ?? answer;
    }
    if (sender.failure) {
      throw sender.failure.reason;
    }
    if (sender.pending.count > 0) {
      throw protocolError(
        `the server ended the stream and left ${sender.pending.count} items unanswered`,
      );
    }
  } finally {
    clearTimeout(late);
    sender.stop();
    left.abort();
  }
}

/** An item in the message that is sent for it, with its answer if it failed here. */
interface Packed<Message, Answer> {
  readonly message: Message;
  readonly failed?: Answer;
}

/** Draws items when there is room in the window, and knows which are pending. */
class Sender<Req extends DescMessage, Res, Item, Answer> {
  /** What was sent and not yet answered. */
  readonly pending = new Pending<Packed<unknown, Answer>>();
  /** What the items threw, or an item for which there can be no answer. */
  failure: { reason: unknown } | undefined;

  readonly #call: StreamCall<Req, Res, Item, Answer>;
  readonly #items: AsyncIterator<Item>;
  readonly #ownMaxBytes: number;
  #serverMaxBytes = Number.POSITIVE_INFINITY;

  constructor(call: StreamCall<Req, Res, Item, Answer>, items: Frames<Item>, ownMaxBytes: number) {
    this.#call = call;
    this.#items = iterate(items);
    this.#ownMaxBytes = ownMaxBytes;
  }

  /** Lets items be sent, as many and as large as a window allows. */
  resize(window: StreamWindow): void {
    this.#serverMaxBytes = Number(window.maxMessageBytes) || Number.POSITIVE_INFINITY;
    this.pending.resize(Math.max(1, window.maxUnansweredFrames));
  }

  /** Yields the configuration, then the items. */
  async *messages(): AsyncGenerator<MessageShape<Req>, void, undefined> {
    yield this.#call.config;
    for (let position = 0; await this.pending.capacity(); position++) {
      let packed: Packed<MessageShape<Req>, Answer>;
      try {
        const drawn = await this.#items.next();
        if (drawn.done) {
          return;
        }
        packed = await this.#pack(drawn.value, position);
      } catch (reason) {
        this.failure = { reason };
        return;
      }
      // The window may have shrunk while the item was drawn.
      if (!(await this.pending.capacity())) {
        return;
      }
      this.pending.add(packed);
      yield packed.message;
    }
  }

  /** Lets the items go. */
  stop(): void {
    this.pending.close();
    // Not awaited: a source that waits for its next item would hold up who leaves the loop.
    void this.#items.return?.()?.catch(() => {});
  }

  async #pack(item: Item, position: number): Promise<Packed<MessageShape<Req>, Answer>> {
    try {
      const message = await this.#call.pack(item, position);
      this.#checkSize(message);
      return { message };
    } catch (error) {
      const failed = this.#call.fail(item, position, asOcelliError(error));
      return { message: this.#call.packBlank(item, position), failed };
    }
  }

  #checkSize(message: MessageShape<Req>): void {
    const maxBytes = Math.min(this.#ownMaxBytes, this.#serverMaxBytes);
    // To know a message's size is to encode it, and images are large: only when it may matter.
    if (maxByteLength(this.#call.inputOf(message)) + MAX_BESIDE_INPUT_BYTES <= maxBytes) {
      return;
    }
    const sizeBytes = toBinary(this.#call.schema, message).byteLength;
    if (sizeBytes > maxBytes) {
      const whose = maxBytes === this.#ownMaxBytes ? "client" : "server";
      throw messageTooLarge(sizeBytes, maxBytes, whose);
    }
  }
}

/** Bytes of an image's pixels or file, or the most that a text may have. */
function maxByteLength(input: PackedInput | undefined): number {
  if (input?.case !== "image") {
    return (input?.value.length ?? 0) * MAX_UTF8_BYTES_PER_UNIT;
  }
  const { source } = input.value;
  const data = source.case === "raw" ? source.value.data : source.value;
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
