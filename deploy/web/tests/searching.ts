// Search, filters, and images that are added from the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, PAGE, page, saved, screenshot, texts } from "./browser.js";

const MAX_THUMBNAIL_CHARACTERS = 8192;

test("finds the neighbours of a dropped image and of a hit", async () => {
  await drop("#query", ["cat.png", "image/png"]);
  await page.waitForSelector("#hits li");
  assert.equal((await texts("#hits .id"))[0], "cat.png");
  assert.equal((await texts("#hits .score"))[0], "1.000");
  assert.ok((await texts("#hits .field")).some((field) => field.startsWith("label")));
  assert.equal(await loadedThumbnails(), await page.locator("#hits li").count());
  await screenshot("search", true);
  await page.emulateMedia({ colorScheme: "dark" });
  await screenshot("search-dark", true);

  await page.locator("#hits .id", { hasText: "astronaut.png" }).click();
  await page.waitForSelector("text=Nearest to astronaut.png");
  assert.equal((await texts("#hits .id")).includes("astronaut.png"), false);
});

test("takes a sample, and saves the hits as JSON", async () => {
  await page.click('#query-samples button[title="coffee.png"]');
  await page.waitForSelector("#hits li");
  const [name, json] = await saved("#search-json");
  assert.equal(name, "coffee-hits.json");
  const { hits } = JSON.parse(json.toString());
  assert.equal(hits[0].id, "coffee.png");
  assert.equal(hits[0].payload.label, "media");
});

test("keeps to points whose payload meets conditions", async () => {
  await page.fill("#near-id", "cat.png");
  await page.press("#near-id", "Enter");
  await page.waitForSelector("#hits li");
  const all = await page.locator("#hits li").count();

  await page.locator("#hits button.field", { hasText: "label media" }).first().click();
  assert.deepEqual(await captions(), ["label = media"]);
  await page.waitForSelector("#hits li");
  assert.equal(await page.locator("#hits li").count(), all);

  await page.selectOption("#condition-field", "label");
  await page.selectOption("#condition-comparison", "is not");
  await page.fill("#condition-value", "media");
  await page.click("#condition button");
  assert.deepEqual(await captions(), ["label = media", "label ≠ media"]);
  await page.waitForSelector("text=Nothing is near cat.png.");

  await page.click('#conditions button[aria-label="Remove label ≠ media"]');
  await page.waitForFunction(
    (before) => document.querySelectorAll("#hits li").length === before,
    all,
  );
});

test("adds images to a new collection, with thumbnails, and tells what was refused", async () => {
  try {
    await page.click("#indexing summary");
    await page.fill("#new-collection", "added");
    await page.fill("#index-label", "mine");
    await drop(
      "#indexing",
      ["cat.png", "image/png"],
      ["notes.txt", "text/plain"],
      ["astronaut.png", "image/png"],
    );
    await page.waitForSelector("text=/2 of 3 stored in added; 1 refused: IMAGE_FORMAT_UNKNOWN/");
    await page.waitForFunction(
      () => (document.getElementById("collection") as HTMLSelectElement).value === "added",
    );
    await page.waitForSelector("text=/^2 points/");
    await drop("#query", ["cat.png", "image/png"]);
    await page.waitForSelector("#hits li");
    assert.deepEqual(await texts("#hits .id"), ["cat.png", "astronaut.png"]);
    assert.equal(await loadedThumbnails(), 2);
    const sizes = await page
      .locator("#hits .thumbnail img")
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src.length));
    assert.ok(Math.max(...sizes) <= MAX_THUMBNAIL_CHARACTERS, sizes.join());
    assert.deepEqual(
      (await texts("#hits li:first-child .field")).toSorted(),
      ["label mine", "name cat.png"],
      "the thumbnail is not among the fields",
    );
    await screenshot("added", true);
  } finally {
    await fetch(`${PAGE}/v1/collections/added`, { method: "DELETE" });
  }
});

test("says nothing of a search that another took the place of", async () => {
  await page.fill("#near-id", "cat.png");
  await page.evaluate(() => {
    const form = document.getElementById("near") as HTMLFormElement;
    form.requestSubmit();
    form.requestSubmit();
  });
  await page.waitForSelector("#hits li");
  assert.equal(await page.locator("#failure").isVisible(), false);
});

test("says which id is unknown", async () => {
  await page.fill("#near-id", "nobody");
  await page.press("#near-id", "Enter");
  await page.waitForSelector("#failure:not([hidden])");
  assert.equal((await texts("#failure-reason"))[0], "POINT_NOT_FOUND");
});

async function captions(): Promise<string[]> {
  return (await texts("#conditions .chip")).map((caption) => caption.replace(/\s*×$/, ""));
}

/** Hits that show an image. */
async function loadedThumbnails(): Promise<number> {
  return page
    .locator("#hits .thumbnail img")
    .evaluateAll((images) =>
      images.reduce((sum, image) => sum + Number((image as HTMLImageElement).naturalWidth > 0), 0),
    );
}
