// Detection in images, videos and the camera.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, drop, meter, page, saved, screenshot, texts } from "./browser.js";

test("draws boxes and labels over a dropped image", async () => {
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  assert.deepEqual(await texts("#found .label"), ["cat"]);
  const described = await page.getAttribute("#canvas", "aria-label");
  assert.match(described ?? "", /^found: cat \d+ %$/);
  assert.equal(await unlike("cat.png"), 0, "the image itself is as it was");
  const painted = await paintedOver();
  assert.ok(painted > 0.005 && painted < 0.2, `box and label cover ${painted} of the stage`);
  assert.match(await meter("latency"), /^\d+ ms$/);
  assert.match(await meter("inference"), /^\d+\.\d ms$/);
  await screenshot("image");
});

test("takes a sample", async () => {
  await page.click('#samples button[title="astronaut.png"]');
  await page.waitForSelector("#found li");
  assert.ok((await texts("#found .label")).includes("person"));
});

test("detects again when the lowest score changes", async () => {
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  await page.fill("#threshold", "0.95");
  await page.waitForSelector("#found-none:not([hidden])");
  assert.equal(await page.getAttribute("#canvas", "aria-label"), "nothing found");
});

test("asks for chosen labels only", async () => {
  await drop("#stage", ["diners.jpg", "image/jpeg"]);
  await page.waitForSelector("#found li");
  const all = await texts("#found .label");
  assert.ok(new Set(all).size > 1, all.join());
  await choose("cup");
  await page.waitForFunction(
    (before) => document.querySelectorAll("#found li").length < before,
    all.length,
  );
  assert.deepEqual([...new Set(await texts("#found .label"))], ["cup"]);
  assert.equal((await texts("#found .label")).length, all.filter((one) => one === "cup").length);
  await page.click('#labels button[aria-label="Remove cup"]');
  await page.waitForFunction(
    (before) => document.querySelectorAll("#found li").length === before,
    all.length,
  );
  await choose("no such label");
  assert.equal(await page.locator("#label:invalid").count(), 1);
  assert.equal(await page.locator("#labels .chip").count(), 0);
});

test("links rows and boxes", async () => {
  await drop("#stage", ["diners.jpg", "image/jpeg"]);
  await page.waitForSelector("#found li");
  const before = await paintedOver();
  await page.hover("#found li:nth-child(2)");
  assert.equal(await highlighted(), 1);
  assert.notEqual(await paintedOver(), before, "the other boxes are faint");
  await screenshot("highlight");

  // The second box's middle, which the smallest box that lies over it may share.
  await page.mouse.move(0, 0);
  assert.equal(await highlighted(), -1);
  assert.equal(await paintedOver(), before);
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
  await page.hover("#overlay");
  assert.equal(await highlighted(), 0);

  await page.mouse.move(0, 0);
  await page.focus("#found");
  await page.keyboard.press("ArrowDown");
  assert.equal(await highlighted(), 0);
});

test("saves what was found as JSON and the image with its boxes", async () => {
  await drop("#stage", ["cat.png", "image/png"]);
  await page.waitForSelector("#found li");
  const [jsonName, json] = await saved("#detect-json");
  assert.equal(jsonName, "cat.json");
  const { result, timings } = JSON.parse(json.toString());
  assert.deepEqual([result.width, result.height, result.model], [451, 300, "nanodet_coco80"]);
  const [cat] = result.detections;
  assert.deepEqual(Object.keys(cat), ["box", "score", "label", "classId"]);
  assert.equal(cat.label, "cat");
  assert.ok(String(cat.score).length < 12, `${cat.score} has no digits of float64`);
  assert.match(timings.totalUs, /^\d+$/);

  const [imageName, image] = await saved("#detect-image");
  assert.equal(imageName, "cat-boxes.png");
  assert.deepEqual([image.readUInt32BE(16), image.readUInt32BE(20)], [902, 600]);
});

test("follows a dropped video, stands still, and goes on", async () => {
  await drop("#stage", ["street.mp4", "video/mp4"]);
  await answeredAtLeast(20);
  await page.waitForSelector("#found li");
  await screenshot("video");
  assert.ok(Number(await meter("fps")) > 1);
  assert.equal(await page.locator("#failure").isVisible(), false);

  await page.click("#pause");
  assert.deepEqual(await texts("#pause"), ["Resume"]);
  await page.waitForTimeout(1000); // what is in flight is answered
  const paused = Number(await meter("answered"));
  await page.waitForTimeout(700);
  assert.equal(Number(await meter("answered")), paused);

  // Other settings hold for the frame that stands.
  await page.fill("#threshold", "0.95");
  await answeredAtLeast(paused + 1);

  await page.click("#pause");
  assert.deepEqual(await texts("#pause"), ["Pause"]);
  await answeredAtLeast(paused + 5);
  await page.click("#stop");
  await page.waitForFunction(() => (document.getElementById("stop") as HTMLButtonElement).disabled);
  assert.equal(await page.locator("#pause").isDisabled(), true);
  const answered = await meter("answered");
  await page.waitForTimeout(500);
  assert.equal(await meter("answered"), answered);
});

test("follows the camera", async () => {
  await page.click("#camera");
  await answeredAtLeast(5);
  await screenshot("camera");
});

async function choose(label: string): Promise<void> {
  await page.fill("#label", label);
  await page.press("#label", "Enter");
}

async function answeredAtLeast(count: number): Promise<void> {
  await page.waitForFunction(
    (least) => Number(document.getElementById("answered")?.textContent) >= least,
    count,
  );
}

/** Position of the highlighted row; -1 if none is. */
async function highlighted(): Promise<number> {
  return page
    .locator("#found li")
    .evaluateAll((rows) => rows.findIndex((row) => row.classList.contains("highlighted")));
}

/** How much of the stage boxes and labels cover, 0 to 1, faint ones less. */
async function paintedOver(): Promise<number> {
  return page.evaluate(() => {
    const overlay = document.getElementById("overlay") as HTMLCanvasElement;
    const { width, height } = overlay;
    const pixels = overlay.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    let alpha = 0;
    for (let at = 3; at < pixels.length; at += 4) {
      alpha += pixels[at] ?? 0;
    }
    return alpha / 255 / (width * height);
  });
}

/** Pixels of the canvas that are not those of the image that it shows. */
async function unlike(name: string): Promise<number> {
  return page.evaluate(
    async (base64) => {
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
      const isSameSize = canvas.width === width && canvas.height === height;
      return isSameSize ? before.filter((value, at) => value !== after[at]).length : -1;
    },
    (await bytesOf(name)).toString("base64"),
  );
}
