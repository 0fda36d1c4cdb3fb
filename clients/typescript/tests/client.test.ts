// The unary calls against a real server, in the client's own types.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as sdk from "@ocelli/client";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { PHOTO, target } from "./target.js";

const { allOf, connect, equals, noneOf, oneOf, range } = sdk;

test("an image is the same as a file, as bytes, as a buffer and as a blob", async () => {
  await using client = connect(target());
  const bytes = await readFile(PHOTO.path);
  const expected = await client.detect(PHOTO);
  assert.ok(expected.detections.length > 0);
  assert.ok(expected.detections.every(({ box }) => box.xMin < box.xMax));
  assert.ok(expected.timings.totalUs > 0);
  for (const image of [bytes, new Uint8Array(bytes).buffer, new Blob([new Uint8Array(bytes)])]) {
    assert.deepEqual((await client.detect(image)).detections, expected.detections);
  }
});

test("options go to the server", async () => {
  await using client = connect(target());
  const { detections } = await client.detect(PHOTO, { maxDetections: 1, labels: ["person"] });
  assert.deepEqual(
    detections.map(({ label }) => label),
    ["person"],
  );
  const raw = await client.embed(PHOTO, { raw: true });
  const unit = await client.embed(PHOTO);
  const length = ({ values }: sdk.Vector) => Math.hypot(...values);
  assert.ok(Math.abs(length(unit.vector) - 1) < 1e-4 && length(raw.vector) > 2);
});

test("of a damaged image what can be decoded is used where that is asked for, with a warning", async () => {
  await using client = connect(target());
  const whole = await readFile(PHOTO.path);
  const image = whole.subarray(0, Math.floor(whole.length * 0.8));
  await assert.rejects(client.detect(image), { reason: "IMAGE_CORRUPT" });
  await assert.rejects(client.detect(image, { tolerance: "STRICT" }), { reason: "IMAGE_CORRUPT" });
  const tolerance = "LENIENT";
  const reasons = ({ warnings }: { warnings: sdk.ImageWarning[] }) =>
    warnings.map(({ reason }) => reason);
  const damaged = [sdk.ImageWarningReason.DAMAGED];
  assert.deepEqual(reasons(await client.detect(image, { tolerance })), damaged);
  assert.deepEqual(reasons(await client.embed(image, { tolerance })), damaged);
  const frames = [{ image, tolerance } as const, { image }, PHOTO];
  const seen = [];
  for await (const { result, error } of client.detectStream(frames)) {
    seen.push(result ? reasons(result) : error?.reason);
  }
  assert.deepEqual(seen, [damaged, "IMAGE_CORRUPT", []]);
});

test("what is not an image is refused before it is sent", async () => {
  await using client = connect(target());
  for (const image of ["cat.png", 7, null, { pixels: [1], format: "RGB" }] as never[]) {
    await assert.rejects(client.detect(image), { code: "INVALID_ARGUMENT" });
  }
  await assert.rejects(client.detect(PHOTO, { maxDetections: -1 }), {
    code: "INVALID_ARGUMENT",
    message: /max_detections/,
  });
});

test("large images go side by side", async () => {
  await using client = connect(target(), { timeoutMs: 30_000 });
  const [width, height] = [5000, 4000];
  const image = {
    pixels: new Uint8Array(width * height),
    width,
    height,
    format: "GRAY" as const,
  };
  const found = await Promise.all([1, 2, 3, 4].map(() => client.detect(image)));
  assert.ok(found.every((result) => result.width === width && result.height === height));
});

test("a stub of the contract has the connection's errors", async () => {
  await using client = connect(target());
  const call = client.stub(DetectService).detect({ model: "lynx" });
  await assert.rejects(
    call,
    (error) => error instanceof sdk.OcelliError && error.reason !== undefined,
  );
});

test("points are stored, found, filtered, counted, changed and deleted", async () => {
  await using client = connect(target());
  const name = `typescript-${process.pid}`;
  const fields = { label: "KEYWORD" } as const;
  const made = await client.createCollection({ name, dimension: 2, metric: "DOT", fields });
  assert.deepEqual([made.dimension, made.metric], [2, sdk.Metric.DOT]);
  const updated = await client.updateCollection(name, { fields: { year: "INTEGER" } });
  assert.deepEqual(
    updated.fields.map((field) => [field.name, field.type]),
    [
      ["label", sdk.FieldType.KEYWORD],
      ["year", sdk.FieldType.INTEGER],
    ],
  );
  assert.ok((await client.listCollections()).some((collection) => collection.name === name));
  const point = (id: string, x: number, year: number) => ({
    id,
    vector: [x, 1],
    payload: { label: id < "c" ? "early" : "late", year, tags: ["t", { deep: null }] },
  });
  const points = [point("a", 1, 2019), point("b", 2, 2020), point("c", 3, 2021)];
  const { stored, errors } = await client.upsertPoints(name, [
    ...points,
    { id: "bad", vector: [1, 2, 3] },
  ]);
  assert.equal(stored, 3);
  assert.deepEqual(
    errors.map(({ index, id, error }) => [index, id, error.reason]),
    [[3, "bad", "VECTOR_DIMENSION"]],
  );
  const ids = async (query: Parameters<typeof client.search>[1]) =>
    (await client.search(name, query)).hits.map(({ id }) => id);
  assert.deepEqual(await ids({ vector: [1, 0] }), ["c", "b", "a"]);
  assert.deepEqual(await ids({ vector: Float32Array.of(1, 0), limit: 1 }), ["c"]);
  assert.deepEqual(await ids({ id: "a", filter: equals("label", "early") }), ["b"]);
  const filter = allOf(range("year", { gte: 2020 }), noneOf(oneOf("label", ["late"])));
  assert.deepEqual(await ids({ vector: [1, 0], filter }), ["b"]);
  assert.equal(await client.countPoints(name, { filter }), 1);
  const got = await client.getPoints(name, ["b", "x"], { withVector: true });
  assert.deepEqual(got.points[0]?.payload, points[1]?.payload);
  assert.match(JSON.stringify(got), /"year":2020,|"year":2020\}/, "integers come back as integers");
  assert.ok(!("vector" in ((await client.getPoints(name, ["b"])).points[0] ?? {})));
  assert.deepEqual(got.points[0]?.vector?.values, points[1]?.vector);
  assert.deepEqual(got.missingIds, ["x"]);
  const vector = got.points[0]?.vector ?? assert.fail("no vector");
  const answers = await client.batchSearch(name, [{ vector, limit: 1 }, { id: "x" }]);
  assert.deepEqual(
    answers.map(({ result, error }) => result?.hits[0]?.id ?? error?.reason),
    ["c", "POINT_NOT_FOUND"],
  );
  assert.equal(await client.updatePayload(name, equals("label", "early"), { merge: { n: 1 } }), 2);
  assert.equal(await client.updatePayload(name, ["a"], { deleteKeys: ["tags", "year"] }), 1);
  assert.equal(await client.updatePayload(name, ["c", "x"], { replace: { label: "new" } }), 1);
  const listed = new Map<string, unknown>();
  for await (const { id, payload } of client.listPoints(name, { pageSize: 1 })) {
    listed.set(id, payload);
  }
  assert.deepEqual([...listed.keys()].sort(), ["a", "b", "c"]);
  assert.deepEqual(listed.get("a"), { label: "early", n: 1 });
  assert.deepEqual(listed.get("b"), { ...points[1]?.payload, n: 1 });
  assert.deepEqual(listed.get("c"), { label: "new" });
  assert.equal(await client.deletePoints(name, ["a", "x"]), 1);
  assert.equal(await client.deletePoints(name, equals("label", "new")), 1);
  assert.equal((await client.getCollection(name)).pointCount, 1);
  await assert.rejects(client.search(name, { vector: [1, 0], id: "b" }), /near to 2 things/);
  await client.deleteCollection(name);
  await assert.rejects(client.getCollection(name), {
    reason: "COLLECTION_NOT_FOUND",
    resource: name,
  });
});

test("images are indexed and found", async () => {
  await using client = connect(target());
  const name = `typescript-images-${process.pid}`;
  await client.createCollection({ name });
  const items = [
    { id: "photo", image: PHOTO, payload: { from: "docs" } },
    { id: "gone", image: { path: "/no/such/file.jpg" } },
  ];
  const answers = [];
  for await (const { id, result, error } of client.index(name, items)) {
    answers.push([id, result ? "stored" : error?.code]);
  }
  assert.deepEqual(answers, [
    ["photo", "stored"],
    ["gone", "INVALID_ARGUMENT"],
  ]);
  const [hit] = (await client.search(name, { image: PHOTO })).hits;
  assert.equal(hit?.id, "photo");
  assert.deepEqual(hit?.payload, { from: "docs" });
  await client.deleteCollection(name);
});

test("a text is refused by a model for images", async () => {
  await using client = connect(target());
  const refused = { reason: "MODEL_TAKES_NO_TEXT" };
  await assert.rejects(client.embed({ text: "a cat" }), refused);
  for await (const { error } of client.embedStream([{ text: "a cat", frameId: 3 }])) {
    assert.equal(error?.reason, refused.reason);
  }
});

test("models and health are described", async () => {
  await using client = connect(target());
  assert.ok((await client.listModels()).some(({ isDefault }) => isDefault));
  const model = await client.getModel("nanodet_coco80");
  assert.deepEqual([model.task, model.state], [sdk.Task.DETECT, sdk.ModelState.READY]);
  assert.equal(await client.health("ocelli.v1.DetectService"), "SERVING");
  await assert.rejects(client.health("no.such.Service"), { code: "NOT_FOUND" });
  for await (const { status } of client.stub(sdk.HealthService).watch({ service: "" })) {
    assert.equal(status, 1);
    break;
  }
});

test("the names that the package exports", async () => {
  const node = Object.keys(sdk).sort();
  const web = Object.keys(await import("@ocelli/client/web")).sort();
  const both = ["DEFAULT_RETRY", "OcelliError", "allOf", "anyOf", "equals", "fromStatus", "noneOf"];
  both.push("matches", "matchesAny", "oneOf", "range");
  both.push("ColorOrder", "DropReason", "FieldType", "ImageWarningReason", "InputKind");
  both.push("Metric", "ModelState", "OverflowPolicy", "RegionUse");
  both.push("Resize", "Task", "TensorLayout");
  assert.deepEqual(node, ["DEFAULT_ADDRESS", "HealthService", ...both, "connect"].sort());
  assert.deepEqual(web, ["WebClient", ...both, "connectWeb"].sort());
});
