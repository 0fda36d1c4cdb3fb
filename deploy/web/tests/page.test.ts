// The page as someone uses it, in a real Chromium. Screenshots are left in OUT.
//
// PAGE is its address, IMAGES a folder with cat.png, street.mp4 and others, and the server behind the
// page has the collection "photos" of that folder's images.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const PAGE = required("PAGE");
const IMAGES = required("IMAGES");
const OUT = required("OUT");
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
];

let folder: string;
let browser: BrowserContext;
let page: Page;
let faults: string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "chromium-"));
  browser = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    viewport: { width: 1280, height: 940 },
  });
  browser.setDefaultTimeout(20_000);
});

after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
  await page.goto(PAGE);
  await page.waitForSelector('#server[data-state="up"]');
});

test("shows which models and collections there are", async () => {
  assert.deepEqual(await texts("#model option"), ["nanodet_coco80"]);
  assert.deepEqual(await texts("#collection option"), ["photos"]);
  await page.waitForSelector("text=/^\\d+ points/");
  assert.equal(await page.locator("#stop").isDisabled(), true);
  await page.screenshot({ path: join(OUT, "empty.png") });
  assert.deepEqual(faults, []);
});

test("draws boxes and labels on a dropped image", async () => {
  await drop("#stage", "cat.png", "image/png");
  await page.waitForSelector("#found li");
  assert.deepEqual(await texts("#found .label"), ["cat"]);
  const described = await page.getAttribute("#canvas", "aria-label");
  assert.match(described ?? "", /^found: cat \d+ %$/);
  const { width, height, changed } = await differences("cat.png");
  assert.deepEqual([width, height], [451, 300]);
  assert.ok(changed > 800, `the box and its label cover ${changed} pixels`);
  assert.ok(changed < 0.2 * width * height, "the image itself is as it was");
  assert.match(await meter("latency"), /^\d+ ms$/);
  assert.match(await meter("inference"), /^\d+\.\d ms$/);
  await page.screenshot({ path: join(OUT, "image.png") });
  assert.deepEqual(faults, []);
});

test("detects again when the least score changes", async () => {
  await drop("#stage", "cat.png", "image/png");
  await page.waitForSelector("#found li");
  await page.fill("#threshold", "0.95");
  await page.waitForSelector("#found-none:not([hidden])");
  assert.equal(await page.getAttribute("#canvas", "aria-label"), "nothing found");
  assert.deepEqual(faults, []);
});

test("follows a dropped video", async () => {
  await drop("#stage", "street.mp4", "video/mp4");
  await page.waitForFunction(
    () =>
      Number(document.getElementById("answered")?.textContent) >= 20 &&
      document.querySelectorAll("#found li").length > 0,
  );
  await page.screenshot({ path: join(OUT, "video.png") });
  assert.ok(Number(await meter("fps")) > 1);
  assert.equal(await page.locator("#failure").isVisible(), false);
  await page.click("#stop");
  await page.waitForFunction(() => (document.getElementById("stop") as HTMLButtonElement).disabled);
  const answered = await meter("answered");
  await page.waitForTimeout(500);
  assert.equal(await meter("answered"), answered);
  assert.deepEqual(faults, []);
});

test("follows the camera", async () => {
  await page.click("#camera");
  await page.waitForFunction(() => Number(document.getElementById("answered")?.textContent) >= 5);
  await page.screenshot({ path: join(OUT, "camera.png") });
  assert.deepEqual(faults, []);
});

test("finds the neighbours of a dropped image and of a hit", async () => {
  await drop("#query", "cat.png", "image/png");
  await page.waitForSelector("#hits li");
  assert.equal((await texts("#hits .id"))[0], "cat.png");
  assert.equal((await texts("#hits .score"))[0], "1.000");
  assert.ok((await texts("#hits .payload span")).some((field) => field.startsWith("label")));
  await page.screenshot({ path: join(OUT, "search.png"), fullPage: true });

  await page.locator("#hits .id", { hasText: "astronaut.png" }).click();
  await page.waitForSelector("text=Nearest to astronaut.png");
  assert.equal((await texts("#hits .id")).includes("astronaut.png"), false);
  assert.deepEqual(faults, []);
});

test("says why a file cannot be used, and goes on", async () => {
  await drop("#stage", "notes.txt", "text/plain");
  await page.waitForSelector("#failure:not([hidden])");
  assert.equal((await texts("#failure-reason"))[0], "IMAGE_FORMAT_UNKNOWN");
  assert.match((await texts("#failure"))[0] ?? "", /looks like text.*JPEG/s);
  await page.screenshot({ path: join(OUT, "failure.png") });
  await drop("#stage", "cat.png", "image/png");
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
  await drop("#stage", "notes.txt", "video/mp4");
  await page.waitForSelector("#failure:not([hidden])");
  assert.match((await texts("#failure"))[0] ?? "", /cannot play/);
  assert.equal(await page.locator("#stop").isDisabled(), true);
});

test("says which id is unknown", async () => {
  await page.fill("#near-id", "nobody");
  await page.press("#near-id", "Enter");
  await page.waitForSelector("#failure:not([hidden])");
  assert.equal((await texts("#failure-reason"))[0], "POINT_NOT_FOUND");
});

test("can be used with the keyboard alone", async () => {
  const reached: string[] = [];
  for (let presses = 0; presses < 14; presses++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement?.id ?? ""));
  }
  for (const id of [
    "model",
    "threshold",
    "file",
    "camera",
    "collection",
    "query-file",
    "near-id",
  ]) {
    assert.ok(reached.includes(id), `Tab reaches ${id}: ${reached}`);
  }
});

/** Drops a file on a zone, as the mouse does. */
async function drop(zone: string, name: string, type: string): Promise<void> {
  const bytes =
    name === "notes.txt" ? Buffer.from("just some words") : await readFile(join(IMAGES, name));
  const transfer = await page.evaluateHandle(
    ([base64, fileName, fileType]) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const made = new DataTransfer();
      made.items.add(new File([data], fileName, { type: fileType }));
      return made;
    },
    [bytes.toString("base64"), name, type] as const,
  );
  await page.dispatchEvent(zone, "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent(zone, "drop", { dataTransfer: transfer });
}

/** Compares the canvas with the image that it shows. */
async function differences(
  name: string,
): Promise<{ width: number; height: number; changed: number }> {
  const image = await readFile(join(IMAGES, name));
  return page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data]));
    const { width, height } = bitmap;
    const pixels = (source: CanvasImageSource) => {
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context?.drawImage(source, 0, 0);
      return context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    };
    const canvas = document.getElementById("canvas") as HTMLCanvasElement;
    const [before, after] = [pixels(bitmap), pixels(canvas)];
    let changed = 0;
    for (let at = 0; at < before.length; at += 4) {
      const distance = [0, 1, 2].map((c) => Math.abs((before[at + c] ?? 0) - (after[at + c] ?? 0)));
      changed += Math.max(...distance) > 8 ? 1 : 0;
    }
    return { width: canvas.width, height: canvas.height, changed };
  }, image.toString("base64"));
}

async function texts(selector: string): Promise<string[]> {
  return (await page.locator(selector).allInnerTexts()).map((text) => text.trim());
}

async function meter(id: string): Promise<string> {
  return (await page.locator(`#${id}`).textContent()) ?? "";
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; run this with \`make test-web\``);
  }
  return value;
}
