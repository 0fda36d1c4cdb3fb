// Where labels stand, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { overlap, placeLabels, type Rect } from "../src/labels.js";

const BOUNDS = { left: 0, top: 0, width: 400, height: 300 };
const SIZE = { width: 80, height: 20 };

function box(left: number, top: number, width = 100, height = 100): Rect {
  return { left, top, width, height };
}

function isWithin(place: Rect): boolean {
  return (
    place.left >= 0 &&
    place.top >= 0 &&
    place.left + place.width <= BOUNDS.width &&
    place.top + place.height <= BOUNDS.height
  );
}

test("a label stands above its box", () => {
  assert.deepEqual(placeLabels([{ box: box(50, 60), ...SIZE }], BOUNDS), [
    { left: 50, top: 40, ...SIZE },
  ]);
});

test("a label of a box that fills the image stands inside", () => {
  assert.deepEqual(placeLabels([{ box: BOUNDS, ...SIZE }], BOUNDS), [{ left: 0, top: 0, ...SIZE }]);
});

test("a label at the right edge is moved into the image", () => {
  const [place] = placeLabels([{ box: box(380, 60, 20), ...SIZE }], BOUNDS);
  assert.deepEqual(place, { left: 320, top: 40, ...SIZE });
});

test("the label of the same box again stands elsewhere", () => {
  const places = placeLabels(
    Array.from({ length: 4 }, () => ({ box: box(100, 100), ...SIZE })),
    BOUNDS,
  );
  assert.equal(new Set(places.map((place) => JSON.stringify(place))).size, 4);
  assert.ok(places.every((place) => place));
});

test("of many boxes no two labels overlap, and none leaves the image", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 16807) % 2147483647;
    return seed % below;
  };
  const labels = Array.from({ length: 100 }, () => ({
    box: box(random(390), random(290), 5 + random(120), 5 + random(120)),
    ...SIZE,
  }));
  const places = placeLabels(labels, BOUNDS).filter((place) => place !== undefined);
  assert.ok(places.length > 20, `${places.length} labels have a place`);
  assert.ok(places.length < 100, "there is no room for all");
  for (const [at, place] of places.entries()) {
    assert.ok(isWithin(place));
    assert.equal(
      places.slice(at + 1).find((other) => overlap(place, other)),
      undefined,
    );
  }
});
