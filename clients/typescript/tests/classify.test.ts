// Classes of images and frames, against a real server.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ClassifyOptions,
  type ClassifyResult,
  connect,
  InputKind,
  OcelliError,
  Task,
} from "@ocelli/client";
import { COLOR_NAMES, stripes } from "./colors.js";
import { target } from "./target.js";

const RED = stripes(["red"]);
const BLUE = stripes(["blue"]);
const model = "colors";

const labelsOf = ({ classifications }: ClassifyResult) => classifications.map(({ label }) => label);

test("the best classes come first with their scores", async () => {
  await using client = connect(target());
  const result = await client.classify(RED, { model });
  assert.deepEqual(labelsOf(result), COLOR_NAMES);
  const powers = [200, 50, 50].map((mean) => Math.exp(mean / 25.5));
  const sum = powers.reduce((total, power) => total + power);
  for (const [at, { score, classId }] of result.classifications.entries()) {
    assert.ok(Math.abs(score - (powers[at] ?? 0) / sum) < 1e-4);
    assert.equal(classId, at);
  }
  assert.deepEqual([result.width, result.height, result.modelVersion], [40, 20, "1"]);
  assert.ok(result.timings.inferenceUs > 0);
  assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
});

test("the options say what is reported and where it is looked for", async () => {
  await using client = connect(target());
  assert.deepEqual(labelsOf(await client.classify(RED, { model, topK: 1 })), ["red"]);
  assert.deepEqual(labelsOf(await client.classify(RED, { model, scoreThreshold: 0.5 })), ["red"]);
  const { classifications } = await client.classify(RED, { model, labels: ["blue"] });
  assert.deepEqual(
    classifications.map(({ label, classId }) => [label, classId]),
    [["blue", 2]],
  );
  assert.ok((classifications[0]?.score ?? 1) < 0.01);
  const region = { xMin: 40, yMin: 0, xMax: 80, yMax: 20 };
  const both = await client.classify(stripes(["red", "blue"]), { model, region, topK: 1 });
  assert.deepEqual([labelsOf(both), both.width], [["blue"], 80]);
});

test("every frame is answered in its turn", async () => {
  await using client = connect(target());
  const frames = [
    { image: RED, frameId: 7, captureTimeUs: 70 },
    { image: new Uint8Array([1, 2, 3]), frameId: 8 },
    { path: "/no/such/file.jpg" },
    { image: BLUE, frameId: 9 },
  ];
  const windows: number[] = [];
  const answers = [];
  for await (const { frameId, captureTimeUs, result, error } of client.classifyStream(frames, {
    model,
    modelVersion: "1",
    topK: 1,
    maxInFlightFrames: 2,
    onWindow: ({ maxInFlightFrames }) => windows.push(maxInFlightFrames),
  })) {
    answers.push([frameId, captureTimeUs, result ? labelsOf(result)[0] : error?.summary]);
    assert.equal(error?.reason, frameId === 8 ? "IMAGE_FORMAT_UNKNOWN" : undefined);
  }
  assert.deepEqual(answers.with(1, []).with(2, []), [[7, 70, "red"], [], [], [9, 0, "blue"]]);
  assert.match(String(answers[2]?.[2]), /cannot read \/no\/such\/file.jpg/);
  assert.deepEqual(windows, [2]);
});

test("bad requests name the field", async () => {
  await using client = connect(target());
  const cases: [ClassifyOptions, string, string][] = [
    [{ topK: 1001 }, "INVALID_FIELD", "options.top_k"],
    [{ scoreThreshold: 1.5 }, "INVALID_FIELD", "options.score_threshold"],
    [{ labels: ["purple"] }, "INVALID_FIELD", "options.labels"],
    [{ model: "nanodet_coco80" }, "MODEL_WRONG_TASK", "model"],
    [{ modelVersion: "7" }, "MODEL_VERSION_NOT_FOUND", "model_version"],
  ];
  for (const [wrong, reason, field] of cases) {
    await assert.rejects(client.classify(RED, { model, ...wrong }), (error) => {
      assert.ok(error instanceof OcelliError && error.hint !== "");
      assert.deepEqual([error.reason, error.fieldViolations[0]?.field], [reason, field]);
      return true;
    });
  }
});

test("a classifier says what it is", async () => {
  await using client = connect(target());
  const found = await client.getModel(model);
  assert.deepEqual([found.task, found.inputKind], [Task.CLASSIFY, InputKind.PIXELS]);
  assert.deepEqual(found.labels, COLOR_NAMES);
  assert.deepEqual(
    found.versions.map(({ version }) => version),
    ["1"],
  );
  assert.equal(found.canary, undefined);
  assert.deepEqual(
    found.batchLatencies.map(({ batchSize }) => batchSize),
    [1, 2, 4, 8],
  );
  assert.ok(found.batchLatencies.every(({ latencyUs }) => latencyUs > 0));
  assert.equal(await client.health("ocelli.v1.ClassifyService"), "SERVING");
});
