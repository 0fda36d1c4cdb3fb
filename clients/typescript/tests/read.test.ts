// Text in images, against a real server whose model knows patches of a colour by their names.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connect,
  OcelliError,
  type RawPixels,
  type ReadOptions,
  type ReadResult,
  Task,
} from "@ocelli/client";
import { patches } from "./colors.js";
import { target } from "./target.js";

const PAGE: RawPixels = patches(["red", "blue"]);
const model = "toy_lines";

const textsOf = ({ lines }: ReadResult) => lines.map(({ text }) => text);

test("lines come from top to bottom with their scores and corners", async () => {
  await using client = connect(target());
  const result = await client.read(PAGE);
  assert.deepEqual(textsOf(result), ["red", "blue"]);
  assert.deepEqual([result.width, result.height, result.unreadLines], [160, 96, 0]);
  assert.deepEqual([result.model, result.modelVersion, result.warnings], [model, "1", []]);
  const [red, blue] = result.lines;
  assert.ok(Math.abs((red?.score ?? 0) - 0.9) < 1e-4 && Math.abs((blue?.score ?? 0) - 0.7) < 1e-4);
  // The patch, grown on each side by 0.8 of its area over half its perimeter.
  const expected = [
    [1, 1],
    [127, 1],
    [127, 55],
    [1, 55],
  ] as const;
  assert.equal(red?.corners.length, 4);
  for (const [at, [x, y]] of expected.entries()) {
    const corner = red?.corners[at];
    assert.ok(corner && Math.hypot(corner.x - x, corner.y - y) < 3, JSON.stringify(red));
  }
  assert.ok(result.timings.inferenceUs > 0);
  assert.deepEqual(JSON.parse(JSON.stringify(result)), result);
});

test("the options say what is read and where", async () => {
  await using client = connect(target());
  assert.deepEqual(textsOf(await client.read(PAGE, { model, scoreThreshold: 0.8 })), ["red"]);
  const most = await client.read(PAGE, { model, maxLines: 1 });
  assert.deepEqual([textsOf(most), most.unreadLines], [["blue"], 1]);
  const region = { xMin: 0, yMin: 50, xMax: 160, yMax: 96 };
  const part = await client.read(PAGE, { modelVersion: "1", region });
  assert.deepEqual([textsOf(part), part.height], [["blue"], 96]);
  assert.ok((part.lines[0]?.corners[0]?.y ?? 0) > 40);
});

test("what has no text has no lines", async () => {
  await using client = connect(target());
  const black = { pixels: new Uint8Array(300), width: 10, height: 10, format: "RGB" } as const;
  const { lines, unreadLines } = await client.read(black);
  assert.deepEqual([lines, unreadLines], [[], 0]);
});

test("bad requests to read name the field", async () => {
  await using client = connect(target());
  const cases: [ReadOptions, string, string][] = [
    [{ maxLines: 1001 }, "INVALID_FIELD", "options.max_lines"],
    [{ scoreThreshold: 1.5 }, "INVALID_FIELD", "options.score_threshold"],
    [{ model: "colors" }, "MODEL_WRONG_TASK", "model"],
    [{ modelVersion: "7" }, "MODEL_VERSION_NOT_FOUND", "model_version"],
  ];
  for (const [wrong, reason, field] of cases) {
    await assert.rejects(client.read(PAGE, { model, ...wrong }), (error) => {
      assert.ok(error instanceof OcelliError && error.hint !== "");
      assert.deepEqual([error.reason, error.fieldViolations[0]?.field], [reason, field]);
      return true;
    });
  }
  await assert.rejects(client.read(PAGE, { maxLines: -1 }), {
    code: "INVALID_ARGUMENT",
    message: /max_lines/,
  });
});

test("a model that reads says what it is", async () => {
  await using client = connect(target());
  assert.equal((await client.getModel(model)).task, Task.READ);
  assert.equal(await client.health("ocelli.v1.ReadService"), "SERVING");
});
