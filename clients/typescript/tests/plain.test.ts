// Results are plain objects: they are JSON, and what the contract counts in 64 bits are numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { connect, ImageWarningReason } from "@ocelli/client";
import { CollectionService } from "@ocelli/proto/ocelli/v1/collection_pb";
import { DetectionSchema, DetectService, MaskSchema } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { Tolerance } from "@ocelli/proto/ocelli/v1/image_pb";
import { ModelSchema, ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { PointSchema, PointService } from "@ocelli/proto/ocelli/v1/point_pb";
import { SearchService } from "@ocelli/proto/ocelli/v1/search_pb";
import { plain } from "../src/plain.js";
import { grpcServer } from "./servers.js";

const BEYOND = 2n ** 53n + 1n;

test("messages within messages, lists, choices and what is unset", () => {
  const detection = create(DetectionSchema, {
    box: { xMin: 1 },
    keypoints: [{ name: "eye" }, { name: "ear", score: 0.5 }],
    mask: { shape: { case: "runs", value: { lengths: [1, 2] } } },
    track: { trackId: 7n },
  });
  assert.deepEqual(plain(DetectionSchema, detection), {
    box: { xMin: 1, yMin: 0, xMax: 0, yMax: 0 },
    score: 0,
    label: "",
    classId: 0,
    keypoints: [
      { name: "eye", x: 0, y: 0 },
      { name: "ear", x: 0, y: 0, score: 0.5 },
    ],
    mask: { runs: { xMin: 0, yMin: 0, width: 0, height: 0, lengths: [1, 2] } },
    track: { trackId: 7 },
  });
  assert.deepEqual(plain(MaskSchema, undefined), {});
  const model = create(ModelSchema, { statistics: { inferenceCount: 3n } });
  const found = plain(ModelSchema, model);
  assert.equal(found.statistics?.inferenceCount, 3);
  assert.ok(!("dimension" in found) && !("$typeName" in found));
});

test("payloads stay as they are, whatever their keys", () => {
  const payload = { $typeName: "x", year: 2020, list: [1, { deep: null }], ratio: 0.5 };
  const point = plain(PointSchema, create(PointSchema, { id: "a", payload }));
  assert.deepEqual(point, { id: "a", payload });
  assert.equal(
    JSON.stringify(point.payload),
    '{"$typeName":"x","year":2020,"list":[1,{"deep":null}],"ratio":0.5}',
  );
});

test("everything that calls return is JSON", async () => {
  const timings = { totalUs: 12n, decodeUs: 5n };
  const warnings = [{ reason: ImageWarningReason.DAMAGED, message: "cut short" }];
  const tolerances: (Tolerance | undefined)[] = [];
  await using server = await grpcServer((router) => {
    router.service(DetectService, {
      detect: ({ image }) => {
        tolerances.push(image?.tolerance);
        return { result: { width: 3, warnings }, timings };
      },
      async *detectStream(requests) {
        for await (const { message } of requests) {
          if (message.case === "config") {
            const value = { maxUnansweredFrames: 9, maxMessageBytes: 1000n };
            yield { message: { case: "window", value } };
          } else if (message.case === "frame") {
            const { frameId, captureTimeUs, image } = message.value;
            tolerances.push(image?.tolerance);
            const outcome =
              frameId === 1n
                ? ({ case: "dropped", value: { ageUs: 4n } } as const)
                : ({ case: "result", value: { warnings } } as const);
            const value = { frameId, captureTimeUs, outcome, timings };
            yield { message: { case: "answer", value } };
          }
        }
      },
    });
    router.service(EmbedService, {
      embed: ({ input }) => {
        tolerances.push(input.case === "image" ? input.value.tolerance : undefined);
        return { result: { vector: { values: [1, 2] }, warnings }, timings };
      },
    });
    router.service(ModelService, { getModel: () => ({ model: { statistics: { queueUs: 1n } } }) });
    router.service(CollectionService, {
      getCollection: () => ({ collection: { name: "a" }, pointCount: 3n }),
    });
    router.service(PointService, {
      upsertPoints: () => ({ stored: 1, errors: [{ index: 1, id: "b", error: { code: 3 } }] }),
      countPoints: () => ({ count: 5n }),
      getPoints: ({ withVector }) => ({
        points: [{ id: "a", ...(withVector && { vector: { values: [1] } }) }],
      }),
    });
    router.service(SearchService, {
      search: ({ query }) => {
        tolerances.push(query.case === "image" ? query.value.tolerance : undefined);
        return { hits: [{ id: "a" }], timings, engineUs: 6n, warnings };
      },
      batchSearch: () => ({
        answers: [
          { outcome: { case: "result", value: { engineUs: 7n, timings } } },
          { outcome: { case: "error", value: { code: Code.NotFound, message: "no" } } },
        ],
      }),
    });
  });
  await using client = connect(server.address);
  const image = new Uint8Array(8);
  const json = (value: unknown) => JSON.parse(JSON.stringify(value));

  const tolerance = "LENIENT";
  const detected = json(await client.detect(image, { tolerance }));
  assert.deepEqual([detected.timings.totalUs, detected.warnings], [12, warnings]);
  const embedded = json(await client.embed(image, { tolerance }));
  assert.deepEqual([embedded.vector.values, embedded.warnings], [[1, 2], warnings]);
  const found = json(await client.search("a", { image, tolerance }));
  assert.deepEqual([found.engineUs, found.warnings], [6, warnings]);

  const windows: unknown[] = [];
  const frames = [
    { image, tolerance, frameId: 7, captureTimeUs: 1_700_000_000_000_000 },
    { image, tolerance: "STRICT", frameId: 1n } as const,
    { image, frameId: BEYOND, captureTimeUs: String(-BEYOND) },
  ] as const;
  const answers = [];
  const options = { onWindow: (window: unknown) => windows.push(json(window)) };
  for await (const answer of client.detectStream(frames, options)) {
    answers.push(json(answer));
  }
  assert.deepEqual(
    answers.map(({ frameId, captureTimeUs, dropped }) => [frameId, captureTimeUs, dropped?.ageUs]),
    [
      [7, 1_700_000_000_000_000, undefined],
      [1, 0, 4],
      [BEYOND.toString(), (-BEYOND).toString(), undefined],
    ],
  );
  assert.equal((windows[0] as { maxMessageBytes: number }).maxMessageBytes, 1000);
  assert.deepEqual(tolerances, [
    Tolerance.LENIENT,
    Tolerance.LENIENT,
    Tolerance.LENIENT,
    Tolerance.LENIENT,
    Tolerance.STRICT,
    Tolerance.UNSPECIFIED,
  ]);

  assert.equal(json(await client.getModel("m")).statistics.queueUs, 1);
  assert.equal(json(await client.getCollection("a")).pointCount, 3);
  assert.equal(json(await client.countPoints("a")), 5);
  const upserted = json(await client.upsertPoints("a", []));
  assert.deepEqual(
    [upserted.errors[0].id, upserted.errors[0].error.code],
    ["b", "INVALID_ARGUMENT"],
  );
  assert.ok(!("vector" in json(await client.getPoints("a", ["a"])).points[0]));
  const [withVector] = json(await client.getPoints("a", ["a"], { withVector: true })).points;
  assert.deepEqual(withVector.vector.values, [1]);
  const [one, other] = json(await client.batchSearch("a", [{ id: "a" }, { id: "b" }]));
  assert.deepEqual([one.result.engineUs, other.error.code], [7, "NOT_FOUND"]);
});
