// The sending side of one call of a stream.

import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { StreamWindow } from "@ocelli/proto/ocelli/v1/stream_pb";
import type { StreamCall } from "./bidi.js";
import { invalidArgument, messageTooLarge, OcelliError } from "./error.js";
import type { PackedInput } from "./input.js";
import { Pending } from "./pending.js";
import type { Drawn, Source } from "./source.js";

// An id and a payload as large as the contract allows, and some.
const MAX_BESIDE_INPUT_BYTES = 128 * 1024;
const MAX_UTF8_BYTES_PER_UNIT = 3;

/** An item that is sent, with its answer if it failed here. */
interface Sent<Answer> {
  readonly failed?: Answer;
}

/** Sends items when there is room in the window, first those that an earlier call left unanswered. */
export class Sender<Req extends DescMessage, Res, Item, Answer> {
  readonly #pending = new Pending<Sent<Answer>>();
  readonly #call: StreamCall<Req, Res, Item, Answer>;
  readonly #source: Source<Item>;
  readonly #ownMaxBytes: number;
  #serverMaxBytes = Number.POSITIVE_INFINITY;

  constructor(call: StreamCall<Req, Res, Item, Answer>, source: Source<Item>, ownMaxBytes: number) {
    this.#call = call;
    this.#source = source;
    this.#ownMaxBytes = ownMaxBytes;
  }

  /** How many items are sent on this call and not answered. */
  get unanswered(): number {
    return this.#pending.count;
  }

  /** Lets items be sent, as many and as large as a window allows. */
  resize(window: StreamWindow): void {
    this.#serverMaxBytes = Number(window.maxMessageBytes) || Number.POSITIVE_INFINITY;
    this.#pending.resize(Math.max(1, window.maxUnansweredFrames));
  }

  /** Takes out the oldest item, which is answered; undefined if none is sent. */
  settle(): Sent<Answer> | undefined {
    const sent = this.#pending.settle();
    if (sent) {
      this.#source.settle();
    }
    return sent;
  }

  /** Yields the configuration, then the items. */
  async *messages(): AsyncGenerator<MessageShape<Req>, void, undefined> {
    yield this.#call.config;
    while (await this.#pending.capacity()) {
      const drawn = this.#source.at(this.#pending.count);
      if (!drawn) {
        if (this.#source.ended) {
          return;
        }
        // The window may shrink meanwhile.
        await this.#source.draw();
        continue;
      }
      let packed: Sent<Answer> & { message: MessageShape<Req> };
      try {
        packed = await this.#pack(drawn);
      } catch (reason) {
        this.#source.drop(drawn, reason);
        return;
      }
      if (!(await this.#pending.capacity())) {
        return;
      }
      const { message, ...sent } = packed;
      this.#pending.add(sent);
      yield message;
    }
  }

  /** Sends no more. */
  stop(): void {
    this.#pending.close();
  }

  async #pack({ item, position }: Drawn<Item>) {
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
