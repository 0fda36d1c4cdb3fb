// Classes of images and videos.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, meter, page, saved, screenshot, texts } from "./browser.js";

test("shows the classes of an image with their scores", async () => {
  await page.selectOption("#model", "colors");
  assert.equal(await page.inputValue("#threshold"), "0");
  await drop("#stage", ["red.bmp", "image/bmp"]);
  await page.waitForSelector("#found li");
  assert.deepEqual(await texts("#found .label"), ["red", "green", "blue"]);
  assert.deepEqual(await texts("#found-title"), ["Classes"]);
  const bars = await page
    .locator("#found meter")
    .evaluateAll((meters) => meters.map((bar) => (bar as HTMLMeterElement).value));
  assert.ok((bars[0] ?? 0) > 0.99 && (bars[1] ?? 1) < 0.01, bars.join());
  assert.equal((await texts("#found .score"))[0], "100 %");
  const described = await page.getAttribute("#canvas", "aria-label");
  assert.match(described ?? "", /^found: red 100 %, /);
  assert.equal(await page.locator("#detect-image").isDisabled(), true);
  const [name, json] = await saved("#detect-json");
  assert.equal(name, "red.json");
  const { result } = JSON.parse(json.toString());
  assert.deepEqual([result.model, result.classifications.length], ["colors", 3]);

  await page.fill("#threshold", "0.5");
  await page.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
  await page.fill("#threshold", "0");
  await page.fill("#label", "blue");
  await page.press("#label", "Enter");
  await page.waitForFunction(() => document.querySelector("#found .label")?.textContent === "blue");
});

test("goes from classes to objects and back with the model", async () => {
  await page.selectOption("#model", "colors");
  await page.click('#samples button[title="coffee.png"]');
  await page.waitForSelector("#found meter");
  await screenshot("classes");
  await page.selectOption("#model", "nanodet_coco80");
  await page.waitForFunction(() => document.querySelectorAll("#found meter").length === 0);
  assert.deepEqual(await texts("#found-title"), ["Found"]);
  assert.ok(Number(await page.inputValue("#threshold")) > 0, "the model's own lowest score");
});

test("shows the classes of a video", async () => {
  await page.selectOption("#model", "colors");
  await drop("#stage", ["street.mp4", "video/mp4"]);
  await page.waitForFunction(() => Number(document.getElementById("answered")?.textContent) >= 5);
  assert.equal((await texts("#found .label")).length, 3);
  assert.match(await meter("inference"), /^\d+\.\d ms$/);
  await page.click("#stop");
});
