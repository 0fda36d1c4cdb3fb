// Texts and images of one space, against a real server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, InputKind } from "@ocelli/client";
import { COLOR_NAMES, stripes } from "./colors.js";
import { target } from "./target.js";

const nearest = ({ values }: { values: readonly number[] }) => values.indexOf(Math.max(...values));

test("models say what they take and in which space", async () => {
  await using client = connect(target());
  const images = await client.getModel("toy_images");
  const texts = await client.getModel("toy_texts");
  assert.deepEqual(
    [images.inputKind, images.space, texts.inputKind, texts.space],
    [InputKind.PIXELS, "toy", InputKind.TEXT, "toy"],
  );
  assert.equal(texts.input, undefined);
});

test("whichever model of a space is named, texts and images find theirs", async () => {
  await using client = connect(target());
  for (const model of ["toy_images", "toy_texts"]) {
    const inputs = COLOR_NAMES.flatMap((color) => [
      { text: `a ${color} wall` },
      { image: stripes([color]) },
    ]);
    const seen = [];
    for await (const { result } of client.embedStream(inputs, { model })) {
      seen.push(result && [result.model, nearest(result.vector)]);
    }
    const expected = [0, 1, 2].flatMap((at) => [
      ["toy_texts", at],
      ["toy_images", at],
    ]);
    assert.deepEqual(seen, expected);
  }
});

test("photos are found by words", async () => {
  await using client = connect(target());
  const name = `typescript-words-${process.pid}`;
  await client.createCollection({ name, model: "toy_images" });
  const items = COLOR_NAMES.map((color) => ({ id: color, image: stripes([color]) }));
  for await (const { error } of client.index(name, items)) {
    assert.equal(error, undefined);
  }
  for (const color of COLOR_NAMES) {
    const { hits } = await client.search(name, { text: `${color} things`, limit: 1 });
    assert.deepEqual(
      hits.map(({ id }) => id),
      [color],
    );
  }
  await client.deleteCollection(name);
});
