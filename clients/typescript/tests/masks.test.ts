// Masks of objects and versions of models, against a real server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, type Detection } from "@ocelli/client";
import { stripes } from "./colors.js";
import { PHOTO, target } from "./target.js";

const RED = stripes(["red"], 128, 64);
const model = "halves";

test("pixels of objects are told only where they are asked for", async () => {
  await using client = connect(target());
  const [found] = (await client.detect(RED, { model })).detections;
  assert.ok(found && !("mask" in found));
  const { box } = found;
  const edges = [box.xMin, box.yMin, box.xMax, box.yMax].map(Math.round);
  assert.deepEqual(edges, [32, 16, 96, 48]);
  const { detections } = await client.detect(PHOTO, { maskFormat: "RUNS" });
  assert.ok(detections.length > 0 && detections.every(({ mask }) => mask === undefined));
});

test("runs fill the part of the image that they name", async () => {
  await using client = connect(target());
  const [found] = (await client.detect(RED, { model, maskFormat: "RUNS" })).detections;
  const { runs, polygons } = found?.mask ?? {};
  assert.ok(runs && !polygons);
  assert.deepEqual([runs.xMin, runs.yMin, runs.width, runs.height], [32, 16, 64, 32]);
  const inside = runs.lengths.flatMap((length, at) => Array<boolean>(length).fill(at % 2 === 1));
  // The left half of the image, of which the box begins at a quarter.
  assert.deepEqual(
    inside,
    inside.map((_, at) => at % 64 < 32),
  );
  assert.equal(inside.length, 64 * 32);
});

test("outlines lie in the caller's pixels", async () => {
  await using client = connect(target());
  const found: Detection[] = [];
  const options = { model, modelVersion: "1", maskFormat: "POLYGONS" } as const;
  for await (const { result } of client.detectStream([RED], options)) {
    found.push(...(result?.detections ?? []));
  }
  const { runs, polygons } = found[0]?.mask ?? {};
  const [outline, ...others] = polygons?.polygons ?? [];
  assert.ok(outline && others.length === 0 && !runs);
  const along = (axis: number) => outline.coordinates.filter((_, at) => at % 2 === axis);
  const ends = [along(0), along(1)].flatMap((axis) => [Math.min(...axis), Math.max(...axis)]);
  for (const [at, expected] of [32, 64, 16, 48].entries()) {
    assert.ok(Math.abs((ends[at] ?? 0) - expected) <= 1, `${ends}`);
  }
});

test("a version that does not serve is refused by every kind of call", async () => {
  await using client = connect(target());
  const refused = { code: "NOT_FOUND", reason: "MODEL_VERSION_NOT_FOUND" };
  const modelVersion = "7";
  await assert.rejects(client.detect(RED, { model, modelVersion }), refused);
  await assert.rejects(client.embed(RED, { modelVersion }), refused);
  const drain = async (answers: AsyncIterable<{ error?: unknown }>) => {
    for await (const { error } of answers) {
      throw error;
    }
  };
  await assert.rejects(drain(client.detectStream([RED], { model, modelVersion })), refused);
  await assert.rejects(drain(client.embedStream([RED], { modelVersion })), refused);
  await assert.rejects(
    drain(client.classifyStream([RED], { model: "colors", modelVersion })),
    refused,
  );
  assert.equal((await client.embed(RED, { modelVersion: "1" })).modelVersion, "1");
});
