// Load on `DetectStream` for the benchmark: one stream, 16 frames in flight, for as long as it is told.
//
//     load --target HOST:PORT --model NAME --images DIR --warm-up-s X --duration-s Y
//
// Prints `measuring` once warm, and one line of JSON at the end of its window.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "@ocelli/client";
import { Meter } from "./meter.js";

const IN_FLIGHT = 16;
const TEXT = { type: "string" } as const;

const { values } = parseArgs({
  options: {
    target: TEXT,
    model: TEXT,
    images: TEXT,
    "warm-up-s": TEXT,
    "duration-s": TEXT,
  },
});

function required(name: keyof typeof values): string {
  const value = values[name];
  if (value === undefined) {
    console.error(`load: --${name} is missing`);
    process.exit(2);
  }
  return value;
}

async function readImages(folder: string): Promise<Uint8Array[]> {
  const names = (await readdir(folder)).filter((name) => /\.jpe?g$/i.test(name)).sort();
  if (names.length === 0) {
    throw new Error(`there is no JPEG in ${folder}`);
  }
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

const images = await readImages(required("images"));
const meter = new Meter(Number(required("warm-up-s")), Number(required("duration-s")));
const client = connect(required("target"));
const sentMs: number[] = [];

function* frames(): Generator<Uint8Array> {
  for (let position = 0; !meter.over; position++) {
    sentMs.push(performance.now());
    yield images[position % images.length] as Uint8Array;
  }
}

const options = { model: required("model"), maxInFlightFrames: IN_FLIGHT };
try {
  for await (const { result, error } of client.detectStream(frames(), options)) {
    if (!result?.detections.length) {
      throw new Error(`nothing found in a frame: ${error?.message ?? "no detections"}`);
    }
    meter.answered(sentMs.shift() as number);
  }
} finally {
  meter.stop();
  await client.close();
}
