// Streams go on where a server was away, and answer every item once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connect, OcelliError } from "@ocelli/client";
import { ErrorInfoSchema, RetryInfoSchema } from "@ocelli/proto/google/rpc/error_details_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { ERROR_DOMAIN } from "@ocelli/proto/ocelli/v1/sdk";
import { grpcServer } from "./servers.js";

/** Serves streams that answer each frame; `interrupt` may throw before the answer to one. */
function answering(interrupt: (frameId: number) => void | Promise<void>, seen: number[] = []) {
  return (router: ConnectRouter) => {
    router.service(DetectService, {
      async *detectStream(requests) {
        for await (const { message } of requests) {
          if (message.case === "config") {
            yield { message: { case: "window", value: { maxUnansweredFrames: 4 } } };
          } else if (message.case === "frame") {
            const { frameId, captureTimeUs, image } = message.value;
            seen.push(Number(frameId));
            await interrupt(Number(frameId));
            const bytes = image?.source.case === "encoded" ? image.source.value.length : 0;
            const result = { case: "result", value: { width: bytes } } as const;
            const value = { frameId, captureTimeUs, outcome: result };
            yield { message: { case: "answer", value } };
          }
        }
      },
    });
  };
}

function draining(delayMs: number): ConnectError {
  const info = create(ErrorInfoSchema, { domain: ERROR_DOMAIN, reason: "DRAINING" });
  const retryDelay = { seconds: 0n, nanos: delayMs * 1e6 };
  return new ConnectError("the server is stopping", Code.Unavailable, undefined, [
    { desc: ErrorInfoSchema, value: info },
    { desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay }) },
  ]);
}

function* frames(count: number) {
  for (let at = 0; at < count; at++) {
    yield new Uint8Array(at + 1);
  }
}

const all = (count: number) => [...Array(count).keys()].map((at) => [at, at + 1]);

test("over the restart of a server on its address", async () => {
  let first = await grpcServer(answering(() => sleep(5)));
  const port = Number(first.address.split(":")[1]);
  await using client = connect(first.address);
  const answers: unknown[] = [];
  let restart: Promise<void> | undefined;
  for await (const { frameId, result } of client.detectStream(frames(30), { resumeMs: 10_000 })) {
    answers.push([frameId, result?.width]);
    if (frameId === 9) {
      restart = (async () => {
        await first[Symbol.asyncDispose]();
        await sleep(1500);
        first = await grpcServer(
          answering(() => {}),
          port,
        );
      })();
    }
  }
  await restart;
  await first[Symbol.asyncDispose]();
  assert.deepEqual(answers, all(30));
});

test("after the delay that a server asks for, beginning with what was not answered", async () => {
  const calledMs: number[] = [];
  const seen: number[] = [];
  await using server = await grpcServer(
    answering((frameId) => {
      if (frameId === 5 && calledMs.push(performance.now()) === 1) {
        throw draining(400);
      }
    }, seen),
  );
  await using client = connect(server.address);
  const answers = [];
  const windows: number[] = [];
  const options = {
    resumeMs: 5000,
    onWindow: ({ maxUnansweredFrames }: { maxUnansweredFrames: number }) => {
      windows.push(maxUnansweredFrames);
    },
  };
  for await (const { frameId, result } of client.detectStream(frames(12), options)) {
    answers.push([frameId, result?.width]);
  }
  assert.deepEqual(answers, all(12));
  const [first = 0, second = 0] = calledMs;
  assert.ok(second - first >= 399, `${second - first}`);
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11]);
  assert.deepEqual(windows, [4, 4]);
});

test("what is drawn while the server is away is sent, and not lost", async () => {
  let broken = false;
  await using server = await grpcServer(
    answering(async (frameId) => {
      if (frameId === 1 && !broken) {
        broken = true;
        server.breakConnections();
      }
    }),
  );
  await using client = connect(server.address);
  async function* slow() {
    for (const frame of frames(6)) {
      yield frame;
      await sleep(60);
    }
  }
  const answers = [];
  for await (const { frameId, result } of client.detectStream(slow(), { resumeMs: 5000 })) {
    answers.push([frameId, result?.width]);
  }
  assert.ok(broken);
  assert.deepEqual(answers, all(6));
});

test("no longer than is asked for, and not at all unless asked for", async () => {
  await using server = await grpcServer(answering(() => {}));
  await using client = connect(server.address);
  for (const resumeMs of [undefined, 700]) {
    const iterate = client.detectStream(frames(3), resumeMs === undefined ? {} : { resumeMs });
    const gone = await grpcServer(answering(() => {}));
    await using other = connect(gone.address);
    const answers = other.detectStream(frames(9), resumeMs === undefined ? {} : { resumeMs });
    await answers.next();
    await gone[Symbol.asyncDispose]();
    const startedMs = performance.now();
    await assert.rejects(
      async () => {
        for await (const _ of answers);
      },
      { code: "UNAVAILABLE", retryAfterMs: 100 },
    );
    const tookMs = performance.now() - startedMs;
    assert.ok(tookMs < (resumeMs ?? 300) + 200, `${tookMs}`);
    for await (const { result } of iterate) {
      assert.ok(result);
    }
  }
});

test("not for ever, if a server fails of one frame each time", async () => {
  let calls = 0;
  await using server = await grpcServer(
    answering((frameId) => {
      if (frameId === 2) {
        calls++;
        throw new ConnectError("crashed", Code.Unavailable);
      }
    }),
  );
  await using client = connect(server.address);
  const answered: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const { frameId } of client.detectStream(frames(9), { resumeMs: 1000 })) {
        answered.push(frameId);
      }
    },
    { code: "UNAVAILABLE" },
  );
  assert.deepEqual(answered, [0, 1]);
  assert.ok(calls >= 3, String(calls));
});

test("only over ends that may be repeated, and not beyond the stream's deadline or its abort", async () => {
  const failures = [
    { failure: new ConnectError("no", Code.FailedPrecondition), code: "FAILED_PRECONDITION" },
    { failure: draining(900), code: "UNAVAILABLE", options: { timeoutMs: 500 } },
    { failure: draining(900), name: "AbortError", options: { signal: AbortSignal.timeout(300) } },
  ];
  for (const { failure, options, ...expected } of failures) {
    await using server = await grpcServer(
      answering(() => {
        throw failure;
      }),
    );
    await using client = connect(server.address);
    const answers = client.detectStream(frames(3), { resumeMs: 60_000, ...options });
    await assert.rejects(answers.next(), expected);
  }
});

test("what the source throws ends it, though it be an error that may be repeated", async () => {
  await using server = await grpcServer(answering(() => {}));
  await using client = connect(server.address);
  const thrown = new OcelliError("the camera is away", { code: "UNAVAILABLE" });
  async function* failing() {
    yield* frames(2);
    throw thrown;
  }
  const answered: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const { frameId } of client.detectStream(failing(), { resumeMs: 60_000 })) {
        answered.push(frameId);
      }
    },
    (error) => error === thrown,
  );
  assert.deepEqual(answered, [0, 1]);
});
