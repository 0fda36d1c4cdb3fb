// A Chromium with the page in it, opened anew for every test, and what tests do with it. No test ends
// well if the page complained.
//
// PAGE is the page's address, IMAGES a folder with cat.png, street.mp4 and others, OUT gets screenshots.
// The server behind the page has the collection "photos" of that folder's images, and the models of
// tests/toy_models.py.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach } from "node:test";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { bitmapOf, colorOf } from "./bitmap.js";

/** The page's address. */
export const PAGE = required("PAGE");
const IMAGES = required("IMAGES");
const OUT = required("OUT");
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

/** The page; there is another for every test. */
export let page: Page;

let faults: string[];

let folder: string;
let browser: BrowserContext;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "chromium-"));
  browser = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    viewport: { width: 1280, height: 940 },
    permissions: ["clipboard-read", "clipboard-write", "camera"],
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
  await open();
});

afterEach(() => assert.deepEqual(faults, []));

/** Opens the page, or opens it again. */
export async function open(): Promise<void> {
  await page.goto(PAGE);
  await page.waitForSelector('#server[data-state="up"]');
}

/** Leaves a screenshot. */
export async function screenshot(name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(OUT, `${name}.png`), fullPage });
}

/** The bytes of a file; notes.txt and images of one colour, such as red.bmp, are none of the folder's. */
export async function bytesOf(name: string): Promise<Buffer> {
  const color = colorOf(name);
  if (color) {
    return bitmapOf(color);
  }
  return name === "notes.txt" ? Buffer.from("just some words") : readFile(join(IMAGES, name));
}

/** Drops files on a zone, as the mouse does. */
export async function drop(
  zone: string,
  ...files: readonly (readonly [name: string, type: string])[]
): Promise<void> {
  const contents = await Promise.all(
    files.map(async ([name, type]) => [(await bytesOf(name)).toString("base64"), name, type]),
  );
  const transfer = await page.evaluateHandle((dropped) => {
    const made = new DataTransfer();
    for (const [base64 = "", name = "", type = ""] of dropped) {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      made.items.add(new File([data], name, { type }));
    }
    return made;
  }, contents);
  await page.dispatchEvent(zone, "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent(zone, "drop", { dataTransfer: transfer });
}

/** The texts of all elements that a selector finds. */
export async function texts(selector: string): Promise<string[]> {
  return (await page.locator(selector).allInnerTexts()).map((text) => text.trim());
}

/** What a meter shows. */
export async function meter(id: string): Promise<string> {
  return (await page.locator(`#${id}`).textContent()) ?? "";
}

/** Clicks what saves a file; returns its name and its bytes. */
export async function saved(button: string): Promise<[name: string, content: Buffer]> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return [download.suggestedFilename(), await readFile(await download.path())];
}

/** The dialog's program in a language. */
export async function program(language: string): Promise<string> {
  await page.click(`#code-languages button:text-is("${language}")`);
  return (await page.locator("#code-text").textContent()) ?? "";
}

/** A variable of the environment. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; run this with \`make test-web\``);
  }
  return value;
}
