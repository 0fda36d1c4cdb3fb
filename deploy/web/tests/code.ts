// Calls as programs. They are left in PROGRAMS, where the test that runs this runs them.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { drop, page, program, required, screenshot } from "./browser.js";

const PROGRAMS = required("PROGRAMS");
const SUFFIXES = { curl: "sh", Python: "py", Go: "go" };

test("shows a detection as a program", async () => {
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  await page.fill("#label", "cat");
  await page.press("#label", "Enter");
  await page.click("#detect-code");
  await screenshot("code");
  await write("detect");
});

test("shows a classification as a program", async () => {
  await page.selectOption("#model", "colors");
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  await page.click("#detect-code");
  await write("classify");
});

test("shows a search in words as a program", async () => {
  await page.selectOption("#collection", "words");
  await page.fill("#words-text", "blue things");
  await page.press("#words-text", "Enter");
  await page.waitForSelector("#hits li");
  await page.click("#search-code");
  await write("search-words");
});

test("shows a search with conditions as a program", async () => {
  await page.fill("#near-id", "cat.png");
  await page.press("#near-id", "Enter");
  await page.waitForSelector("#hits li");
  await page.locator("#hits button.field", { hasText: "label media" }).first().click();
  await page.selectOption("#condition-field", "path");
  await page.selectOption("#condition-comparison", "is not");
  await page.fill("#condition-value", 'it\'s 100 % \\ "quoted"');
  await page.click("#condition button");
  await page.click("#search-code");
  await write("search");
});

test("shows a search with an image as a program, and copies it", async () => {
  await drop("#query", ["cat.png", "image/png"]);
  await page.waitForSelector("#hits li");
  await page.fill("#limit", "2");
  await page.click("#search-code");
  await write("search-image");
  await page.click("#code-copy");
  await page.waitForSelector("#code-copy:text-is('Copied')");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await page.locator("#code-text").textContent());
  await page.click("#code-close");
  assert.equal(await page.locator("#code").isVisible(), false);
});

async function write(name: string): Promise<void> {
  for (const [language, suffix] of Object.entries(SUFFIXES)) {
    await writeFile(join(PROGRAMS, `${name}.${suffix}`), await program(language));
  }
}
