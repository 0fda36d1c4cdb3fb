// Masks, keypoints and turned boxes over an image, from models whose answers are known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, page, saved, screenshot } from "./browser.js";

const RED = ["red.bmp", "image/bmp"] as const;

test("tints the pixels of an object", async () => {
  await page.selectOption("#model", "halves");
  await drop("#stage", RED);
  await page.waitForSelector("#found li");
  // The box is 80 to 240 in x and in y; the object is the left half of the image.
  const [inside = 0, outside, edge = 0] = await inkAt([120, 160], [200, 160], [240, 160]);
  assert.ok(inside > 0.3 && inside < 0.6, `${inside} is a tint`);
  assert.ok(outside === 0 && edge > inside, `${outside} beside it, ${edge} at the edge of the box`);
  const [, json] = await saved("#detect-json");
  const [half] = JSON.parse(json.toString()).result.detections;
  assert.deepEqual(Object.keys(half), ["box", "score", "label", "classId", "mask"]);
  assert.ok(half.mask.polygons.polygons[0].coordinates.length >= 8);

  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForFunction(
    () => (document.getElementById("canvas") as HTMLCanvasElement).width === 451,
  );
  await screenshot("mask");
});

test("marks the points that the model is sure of", async () => {
  await page.selectOption("#model", "points");
  await drop("#stage", RED);
  await page.waitForSelector("#found li");
  assert.deepEqual(await inkAt([120, 120], [200, 120], [160, 200]), [1, 1, 0]);
  await screenshot("points");
});

test("draws a turned box at its angle", async () => {
  await page.selectOption("#model", "turned");
  await drop("#stage", RED);
  await page.waitForSelector("#found li");
  // The middle of its right side, a corner, and the middle of the right side of the upright box.
  const [side = 0, corner = 0, upright] = await inkAt([229.3, 200], [209.3, 234.6], [249.3, 160]);
  assert.ok(side > 0.3 && corner > 0.3 && upright === 0, `${[side, corner, upright]}`);
  await screenshot("turned");
});

/** How opaque what is drawn over points of the image is, 0 to 1. */
async function inkAt(...points: readonly (readonly [x: number, y: number])[]): Promise<number[]> {
  return page.evaluate((wanted) => {
    const overlay = document.getElementById("overlay") as HTMLCanvasElement;
    const canvas = document.getElementById("canvas") as HTMLCanvasElement;
    const scale = Math.min(overlay.width / canvas.width, overlay.height / canvas.height);
    const left = (overlay.width - canvas.width * scale) / 2;
    const top = (overlay.height - canvas.height * scale) / 2;
    return wanted.map(([x, y]) => {
      const [at, down] = [left + x * scale, top + y * scale].map(Math.round) as [number, number];
      return (overlay.getContext("2d")?.getImageData(at, down, 1, 1).data[3] ?? 0) / 255;
    });
  }, points);
}
