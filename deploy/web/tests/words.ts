// Search in words, where the collection's model shares its space with one for texts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { page, saved, screenshot, texts } from "./browser.js";

test("finds images by words", async () => {
  assert.equal(await page.locator("#words").isVisible(), false, "the photos' model takes no texts");
  await page.selectOption("#collection", "words");
  await page.fill("#words-text", "a green wall");
  await page.press("#words-text", "Enter");
  await page.waitForSelector("text=Nearest to a green wall");
  assert.deepEqual((await texts("#hits .id"))[0], "green");
  await screenshot("words", true);
  assert.equal((await saved("#search-json"))[0], "a green wall-hits.json");
  await page.selectOption("#collection", "photos");
  await page.waitForSelector("#words", { state: "hidden" });
});
