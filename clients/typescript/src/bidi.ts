// A bidirectional stream as an async iterable of answers.

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { StreamWindow as PackedWindow } from "@ocelli/proto/ocelli/v1/stream_pb";
import { OcelliError } from "./error.js";
import type { Frames } from "./frame.js";
import type { PackedInput } from "./input.js";
import { readStreamWindow, type StreamWindow } from "./result.js";
import { type Away, Resumption } from "./resumption.js";
import { sleep } from "./retry.js";
import { Sender } from "./sender.js";
import { Source } from "./source.js";
import { checkTimeout } from "./transport.js";

/** One kind of stream: a configuration, then items, each with one answer, in order. */
export interface StreamCall<Req extends DescMessage, Res, Item, Answer> {
  /** The messages that are sent. */
  readonly schema: Req;
  /** The first of them. */
  readonly config: MessageShape<Req>;
  /** Starts the call. */
  readonly open: (
    messages: AsyncIterable<MessageShape<Req>>,
    call: { signal: AbortSignal; timeoutMs: number },
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
  readonly readWindow: (response: Res) => PackedWindow | undefined;
  /** Reads an answer; undefined if it is none. */
  readonly readAnswer: (response: Res) => Answer | undefined;
}

/** How a stream is run. */
export interface StreamSettings extends Away {
  /** Milliseconds that the server may take to grant its first window. */
  readonly openMs: number;
  /** Makes the error of a server that took longer. */
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
 * sent before. Leaving the loop cancels the call. As far as the settings allow, a stream that broke is
 * opened again, and what was not answered is sent again.
 */
export async function* runStream<Req extends DescMessage, Res, Item, Answer>(
  call: StreamCall<Req, Res, Item, Answer>,
  items: Frames<Item>,
  settings: StreamSettings,
): AsyncGenerator<Answer, void, undefined> {
  checkTimeout(settings.timeoutMs);
  const source = new Source(items);
  const resumption = new Resumption(settings);
  try {
    while (!(yield* runCall(call, source, settings, resumption))) {
      await sleep(resumption.waitMs, settings.signal);
    }
    if (source.failure) {
      throw source.failure.reason;
    }
  } finally {
    source.release();
  }
}

/** Runs one call. Returns whether all is done; if not, another call has to go on. */
async function* runCall<Req extends DescMessage, Res, Item, Answer>(
  call: StreamCall<Req, Res, Item, Answer>,
  source: Source<Item>,
  settings: StreamSettings,
  resumption: Resumption,
): AsyncGenerator<Answer, boolean, undefined> {
  const left = new AbortController();
  const sender = new Sender(call, source, settings.maxMessageBytes);
  const { timeoutMs } = resumption;
  const late = setTimeout(() => left.abort(settings.late()), settings.openMs);
  const signal = settings.signal ? AbortSignal.any([left.signal, settings.signal]) : left.signal;
  let opened = false;
  try {
    for await (const response of call.open(sender.messages(), { signal, timeoutMs })) {
      const window = call.readWindow(response);
      if (window) {
        clearTimeout(late);
        opened = true;
        resumption.opened();
        settings.onWindow?.(readStreamWindow(window));
        sender.resize(window);
        continue;
      }
      if (!opened) {
        throw protocolError("the server's first message on the stream was not its window");
      }
      const answer = call.readAnswer(response);
      const sent = sender.settle();
      if (!answer || !sent) {
        throw protocolError("the server sent a message on the stream that answers nothing");
      }
      resumption.answered();
      yield sent.failed ?? answer;
    }
    if (sender.unanswered > 0) {
      throw protocolError(
        `the server ended the stream and left ${sender.unanswered} items unanswered`,
      );
    }
    return true;
  } catch (error) {
    if (!resumption.allows(error)) {
      throw error;
    }
    return source.finished;
  } finally {
    clearTimeout(late);
    sender.stop();
    left.abort();
  }
}

function protocolError(summary: string): OcelliError {
  return new OcelliError(summary, {
    code: "INTERNAL",
    hint: "is the server of the same version as this client?",
  });
}
