// Streams against a real server: the window, what goes wrong on this side, and leaving early.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type StreamWindow } from "@ocelli/client";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { grpcServer } from "./servers.js";
import { PHOTO, target } from "./target.js";

test("no more frames are sent than the window has room for", async () => {
  const granted = 3;
  const waiting: { frameId: bigint; captureTimeUs: bigint }[] = [];
  let most = 0;
  await using server = await grpcServer((router) => {
    router.service(DetectService, {
      async *detectStream(requests) {
        const all = requests[Symbol.asyncIterator]();
        assert.equal((await all.next()).value?.message.case, "config");
        await sleep(100); // A sender that does not wait for the window would send frames by now.
        yield {
          message: {
            case: "window",
            value: { maxInFlightFrames: 1, maxUnansweredFrames: granted },
          },
        };
        const received = (async () => {
          for (let next = await all.next(); !next.done; next = await all.next()) {
            assert.equal(next.value.message.case, "frame");
            waiting.push(next.value.message.value as (typeof waiting)[0]);
            most = Math.max(most, waiting.length);
          }
        })();
        for (let answered = 0; answered < 12; answered++) {
          do {
            await sleep(20); // A sender that goes beyond the window would do so by now.
          } while (waiting.length === 0);
          const { frameId, captureTimeUs } = waiting.shift() as (typeof waiting)[0];
          const outcome = { case: "result", value: {} } as const;
          yield { message: { case: "answer", value: { frameId, captureTimeUs, outcome } } };
        }
        await received;
      },
    });
  });
  await using client = connect(server.address);
  const ids: unknown[] = [];
  const frames = Array.from({ length: 12 }, () => new Uint8Array(1000));
  for await (const { frameId } of client.detectStream(frames)) {
    ids.push(frameId);
  }
  assert.deepEqual(ids, [...frames.keys()]);
  assert.equal(most, granted);
});

test("the window that is requested is granted, and reported before the first frame", async () => {
  await using client = connect(target());
  let drawn = 0;
  function* frames() {
    for (; drawn < 5; drawn++) {
      yield PHOTO;
    }
  }
  const windows: number[] = [];
  const onWindow = (window: { maxInFlightFrames: number }) => {
    windows.push(window.maxInFlightFrames, drawn);
  };
  const options = { maxInFlightFrames: 3, onWindow };
  for await (const { result } of client.detectStream(frames(), options)) {
    assert.ok(result);
  }
  assert.deepEqual(windows, [3, 0]);
});

/** A server that holds frames back and answers, or changes the window, when it is told to. */
async function manual(firstLimit: number) {
  const orders: (number | "answer")[] = [];
  let wake = () => {};
  let received = 0;
  const server = await grpcServer((router) => {
    router.service(DetectService, {
      async *detectStream(requests) {
        const all = requests[Symbol.asyncIterator]();
        await all.next();
        yield { message: { case: "window", value: { maxUnansweredFrames: firstLimit } } };
        const read = async () => {
          while (!(await all.next()).done) {
            received++;
          }
        };
        read().catch(() => {}); // The client leaves before the end.
        for (let frameId = 0n; ; ) {
          const order = orders.shift();
          if (order === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          } else if (order === "answer") {
            const value = { frameId: frameId++, outcome: { case: "dropped", value: {} } } as const;
            yield { message: { case: "answer", value } };
          } else {
            yield { message: { case: "window", value: { maxUnansweredFrames: order } } };
          }
        }
      },
    });
  });
  const order = async (what: number | "answer") => {
    orders.push(what);
    wake();
    await sleep(50);
    return received;
  };
  return { server, order };
}

test("a window that arrives in the middle of a stream holds from then on", async () => {
  const { server, order } = await manual(4);
  await using _ = server;
  await using client = connect(server.address);
  const windows: number[] = [];
  const onWindow = ({ maxUnansweredFrames }: StreamWindow) => windows.push(maxUnansweredFrames);
  function* endless() {
    for (;;) {
      yield new Uint8Array(10);
    }
  }
  const answers = client.detectStream(endless(), { onWindow });
  const reader = (async () => {
    let answered = 0;
    for await (const { frameId } of answers) {
      assert.equal(frameId, answered++);
      if (answered === 4) {
        break;
      }
    }
  })();
  await sleep(100);
  assert.equal(await order(6), 6, "a larger window is used at once");
  assert.equal(await order(4), 6);
  assert.equal(await order("answer"), 6, "5 are unanswered, and 4 may be");
  assert.equal(await order("answer"), 6, "4 are unanswered, and 4 may be");
  assert.equal(await order("answer"), 7, "an answer makes room for one frame");
  assert.equal(await order("answer"), 7, "the reader has left");
  await reader;
  assert.deepEqual(windows, [4, 6, 4]);
});

test("a frame that is drawn while the window shrinks waits", async () => {
  const { server, order } = await manual(2);
  await using _ = server;
  await using client = connect(server.address);
  let give = () => {};
  async function* frames() {
    yield new Uint8Array(10);
    await new Promise<void>((resolve) => {
      give = resolve;
    });
    yield new Uint8Array(10);
  }
  const answers = client.detectStream(frames());
  const first = answers.next();
  await sleep(100);
  assert.equal(await order(1), 1);
  give();
  await sleep(50);
  assert.equal(await order("answer"), 2);
  assert.equal((await first).value?.frameId, 0);
  await answers.return();
});

test("a slow reader does not make the source run ahead", async () => {
  await using client = connect(target());
  let drawn = 0;
  function* frames() {
    for (; drawn < 12; drawn++) {
      yield PHOTO;
    }
  }
  let answered = 0;
  for await (const _ of client.detectStream(frames(), { maxInFlightFrames: 2 })) {
    await sleep(30);
    answered++;
    assert.ok(drawn <= answered + 3, `${drawn} drawn, ${answered} answered`);
  }
  assert.equal(answered, 12);
});

test("what cannot be sent is answered in its turn", async () => {
  await using client = connect(target());
  const frames = [
    PHOTO,
    { path: "/no/such/file.jpg" },
    PHOTO,
    { image: new Uint8Array(40_000_000), frameId: 7, captureTimeUs: -1 },
    { pixels: new Uint8Array(12), width: 2, height: 2, format: "RGB" as const },
  ];
  const answers = [];
  for await (const answer of client.detectStream(frames)) {
    answers.push(answer);
  }
  assert.deepEqual(
    answers.map(({ frameId, error }) => [frameId, error?.code, error?.reason]),
    [
      [0, undefined, undefined],
      [1, "INVALID_ARGUMENT", undefined],
      [2, undefined, undefined],
      [7, "RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE"],
      [4, undefined, undefined],
    ],
  );
  assert.equal(answers[3]?.captureTimeUs, -1);
  assert.match(answers[1]?.error?.message ?? "", /cannot read \/no\/such\/file.jpg: ENOENT/);
});

test("a frame whose number cannot be encoded ends the stream", async () => {
  await using client = connect(target());
  const frames = [PHOTO, { image: PHOTO, frameId: 1.5 }];
  let answered = 0;
  await assert.rejects(
    async () => {
      for await (const _ of client.detectStream(frames)) {
        answered++;
      }
    },
    { code: "INVALID_ARGUMENT", message: /frameId is 1.5 \(expected a whole number\)/ },
  );
  assert.equal(answered, 1);
});

test("what the source throws is thrown, after the answers before it", async () => {
  await using client = connect(target());
  async function* frames() {
    yield PHOTO;
    yield PHOTO;
    throw new RangeError("the camera is gone");
  }
  let answered = 0;
  await assert.rejects(async () => {
    for await (const _ of client.detectStream(frames())) {
      answered++;
    }
  }, /RangeError: the camera is gone/);
  assert.equal(answered, 2);
});

test("leaving the loop ends the stream and lets the source go", async () => {
  await using client = connect(target());
  let letGo = false;
  async function* frames() {
    try {
      for (;;) {
        yield PHOTO;
      }
    } finally {
      letGo = true;
    }
  }
  for await (const _ of client.detectStream(frames())) {
    break;
  }
  await sleep(50);
  assert.ok(letGo);
  assert.ok((await client.detect(PHOTO)).detections.length > 0);
});

test("leaving the loop cancels the call at the server", async () => {
  let cancelled = () => {};
  const seen = new Promise<void>((resolve) => {
    cancelled = resolve;
  });
  await using server = await grpcServer((router) => {
    router.service(DetectService, {
      async *detectStream(requests, { signal }) {
        signal.addEventListener("abort", cancelled);
        yield { message: { case: "window", value: { maxUnansweredFrames: 2 } } };
        for await (const { message } of requests) {
          if (message.case === "frame") {
            const { frameId } = message.value;
            yield {
              message: {
                case: "answer",
                value: { frameId, outcome: { case: "dropped", value: {} } },
              },
            };
          }
        }
        await new Promise(() => {}); // The end of the requests alone ends nothing.
      },
    });
  });
  await using client = connect(server.address);
  async function* frames() {
    for (;;) {
      yield new Uint8Array(10);
      await sleep(5);
    }
  }
  for await (const { dropped } of client.detectStream(frames())) {
    assert.ok(dropped);
    break;
  }
  await seen;
});

test("leaving does not wait for a source that has nothing", async () => {
  await using client = connect(target());
  async function* frames() {
    yield PHOTO;
    await new Promise(() => {});
  }
  for await (const _ of client.detectStream(frames())) {
    break;
  }
});

test("a signal and a deadline end a stream", async () => {
  await using client = connect(target());
  async function* frames() {
    yield PHOTO;
    await new Promise(() => {});
  }
  const run = async (options: Parameters<typeof client.detectStream>[1]) => {
    for await (const { result } of client.detectStream(frames(), options)) {
      assert.ok(result);
    }
  };
  await assert.rejects(run({ signal: AbortSignal.timeout(1500) }), { name: "AbortError" });
  await assert.rejects(run({ timeoutMs: 1500 }), { reason: "DEADLINE_EXCEEDED" });
});

test("closing the client ends its streams", async () => {
  const { server, order } = await manual(4);
  await using _ = server;
  const client = connect(server.address);
  const answers = client.detectStream([new Uint8Array(10), new Uint8Array(10)]);
  const first = answers.next();
  await order("answer");
  await first;
  const second = answers.next();
  await client.close();
  await assert.rejects(second, { code: "CANCELLED", message: /closed/ });
});
