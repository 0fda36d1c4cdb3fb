// The browser's client against a gRPC-Web server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectWeb } from "@ocelli/client/web";
import { ErrorInfoSchema } from "@ocelli/proto/google/rpc/error_details_pb";
import { ClassifyService } from "@ocelli/proto/ocelli/v1/classify_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { ERROR_DOMAIN, UNREACHABLE_HINT } from "@ocelli/proto/ocelli/v1/sdk";
import { grpcWebServer, nobody } from "./servers.js";

/** Answers an image of n bytes with the width n, the larger the sooner, and refuses one of 13. */
async function detector() {
  const seen = { now: 0, most: 0 };
  const server = await grpcWebServer((router) => {
    router.service(DetectService, {
      async detect({ image }) {
        const width = image?.source.case === "encoded" ? image.source.value.byteLength : 0;
        seen.most = Math.max(seen.most, ++seen.now);
        await sleep(200 - 4 * width);
        seen.now--;
        if (width === 13) {
          const value = { domain: ERROR_DOMAIN, reason: "IMAGE_CORRUPT" };
          const details = [{ desc: ErrorInfoSchema, value }];
          throw new ConnectError("no image", Code.InvalidArgument, undefined, details);
        }
        return { result: { width, height: 1 }, timings: { totalUs: 1n } };
      },
    });
  });
  return { server, seen };
}

test("frames are sent side by side, at most so many, and answered in order", async () => {
  const { server, seen } = await detector();
  await using _ = server;
  const client = connectWeb(`http://${server.address}`);
  function* frames() {
    for (let bytes = 1; bytes <= 16; bytes++) {
      yield { image: new Blob([new Uint8Array(bytes)]), frameId: bytes, captureTimeUs: -bytes };
    }
  }
  const answers = [];
  for await (const answer of client.detectFrames(frames(), { inFlight: 3 })) {
    answers.push(answer);
  }
  assert.deepEqual(
    answers.map(({ frameId, result, error }) => [frameId, result?.width ?? error?.reason]),
    [...Array(16).keys()].map((at) => [at + 1, at + 1 === 13 ? "IMAGE_CORRUPT" : at + 1]),
  );
  assert.equal(answers[4]?.captureTimeUs, -5);
  assert.equal(answers[4]?.timings?.totalUs, 1);
  assert.equal(seen.most, 3);
});

test("frames are classified side by side as they are in other calls", async () => {
  await using server = await grpcWebServer((router) => {
    router.service(ClassifyService, {
      classify: ({ image, modelVersion, options }) => {
        const { source, region } = image ?? {};
        const label = `${source?.value?.toString()} ${region?.xMax} ${modelVersion} ${options?.topK}`;
        return { result: { classifications: [{ label }] }, timings: {} };
      },
    });
  });
  const client = connectWeb(`http://${server.address}`);
  const region = { xMin: 0, yMin: 0, xMax: 9, yMax: 9 };
  const frames = [new Uint8Array([1]), { image: new Uint8Array([2]), region, frameId: 7 }];
  const answers = [];
  const options = { modelVersion: "3", topK: 2, inFlight: 2 };
  for await (const { frameId, result } of client.classifyFrames(frames, options)) {
    answers.push([frameId, result?.classifications[0]?.label]);
  }
  assert.deepEqual(answers, [
    [0, "1 undefined 3 2"],
    [7, "2 9 3 2"],
  ]);
});

test("an answer does not wait for the next frame", async () => {
  const { server } = await detector();
  await using _ = server;
  const client = connectWeb(`http://${server.address}`);
  async function* frames() {
    yield new Uint8Array(40);
    await new Promise(() => {});
  }
  for await (const { result } of client.detectFrames(frames(), { inFlight: 4 })) {
    assert.equal(result?.width, 40);
    break;
  }
});

test("a server that is not there ends it all, with a hint", async () => {
  const client = connectWeb(`http://${await nobody()}`, { timeoutMs: 3000 });
  await assert.rejects(
    async () => {
      for await (const _ of client.detectFrames([new Uint8Array(1), new Uint8Array(2)])) {
        assert.fail("there was an answer");
      }
    },
    { code: "UNAVAILABLE", hint: UNREACHABLE_HINT },
  );
});

test("what the source throws is thrown, after the answers before it", async () => {
  const { server } = await detector();
  await using _ = server;
  const client = connectWeb(`http://${server.address}`);
  async function* frames() {
    yield new Uint8Array(1);
    throw new RangeError("the camera is gone");
  }
  const widths: unknown[] = [];
  await assert.rejects(async () => {
    for await (const { result } of client.detectFrames(frames())) {
      widths.push(result?.width);
    }
  }, RangeError);
  assert.deepEqual(widths, [1]);
});

test("a deadline holds for each frame", async () => {
  const { server } = await detector();
  await using _ = server;
  const client = connectWeb(`http://${server.address}`, { timeoutMs: 150 });
  const outcomes = [];
  for await (const { result, error } of client.detectFrames(
    [1, 49].map((n) => new Uint8Array(n)),
  )) {
    outcomes.push(result?.width ?? error?.reason);
  }
  assert.deepEqual(outcomes, ["DEADLINE_EXCEEDED", 49]);
});
