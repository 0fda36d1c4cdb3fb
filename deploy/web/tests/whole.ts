// What the page shows at first, its failures, its theme, the keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, open, page, screenshot, texts } from "./browser.js";

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

test("shows which models, labels, collections and samples there are", async () => {
  const detectors = ["halves", "nanodet_coco80", "points", "turned"];
  assert.deepEqual(await texts('#model optgroup[label="Objects"] option'), detectors);
  assert.deepEqual(await texts('#model optgroup[label="Classes"] option'), ["colors"]);
  assert.equal(await page.inputValue("#model"), "nanodet_coco80");
  assert.deepEqual(await texts("#collection option"), ["photos", "words"]);
  await page.waitForSelector("text=/^\\d+ points/");
  assert.equal(await page.locator("#label-names option").count(), 80);
  const samples = await page
    .locator("#samples .sample")
    .evaluateAll((buttons) => buttons.map((button) => (button as HTMLButtonElement).title));
  assert.ok(samples.includes("cat.png") && samples.includes("street.mp4"), samples.join());
  for (const id of ["stop", "pause", "detect-image", "detect-json", "detect-code", "search-code"]) {
    assert.equal(await page.locator(`#${id}`).isDisabled(), true, id);
  }
  await screenshot("empty", true);
});

test("is dark where the system is, and keeps what the button chose", async () => {
  const ground = () =>
    page.evaluate(() => {
      const [red = 0] =
        getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g) ?? [];
      return Number(red) < 60 ? "dark" : "light";
    });
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await ground(), "light");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await ground(), "dark");
  await screenshot("empty-dark", true);
  assert.equal(await page.getAttribute("#theme", "aria-pressed"), "true");
  await page.click("#theme");
  assert.equal(await ground(), "light");
  await open();
  assert.equal(await ground(), "light");
  await page.emulateMedia({ colorScheme: "light" });
  await page.click("#theme");
  assert.equal(await ground(), "dark");
  await page.evaluate(() => localStorage.clear());
});

test("says why a file cannot be used, and goes on", async () => {
  await drop("#stage", ["notes.txt", "text/plain"]);
  await page.waitForSelector("#failure:not([hidden])");
  assert.equal((await texts("#failure-reason"))[0], "IMAGE_FORMAT_UNKNOWN");
  assert.match((await texts("#failure"))[0] ?? "", /looks like text.*JPEG/s);
  await screenshot("failure");
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  assert.equal(await page.locator("#failure").isVisible(), false);
});

test("says that an image is too large to send", async () => {
  const transfer = await page.evaluateHandle((bytes) => {
    const made = new DataTransfer();
    made.items.add(new File([new Uint8Array(bytes)], "huge.bmp", { type: "image/bmp" }));
    return made;
  }, MAX_MESSAGE_BYTES + 1);
  await page.dispatchEvent("#stage", "drop", { dataTransfer: transfer });
  await page.waitForSelector("#failure:not([hidden])");
  assert.equal((await texts("#failure-reason"))[0], "MESSAGE_TOO_LARGE");
});

test("says that a video cannot be played", async () => {
  await drop("#stage", ["notes.txt", "video/mp4"]);
  await page.waitForSelector("#failure:not([hidden])");
  assert.match((await texts("#failure"))[0] ?? "", /cannot play/);
  assert.equal(await page.locator("#stop").isDisabled(), true);
});

test("can be used with the keyboard alone", async () => {
  const reached: string[] = [];
  for (let presses = 0; presses < 50; presses++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement?.id ?? ""));
  }
  for (const id of ["theme", "model", "threshold", "label", "file", "camera", "collection"]) {
    assert.ok(reached.includes(id), `Tab reaches ${id}: ${reached}`);
  }
  for (const id of ["query-file", "near-id", "condition-field", "condition-value"]) {
    assert.ok(reached.includes(id), `Tab reaches ${id}: ${reached}`);
  }
});
