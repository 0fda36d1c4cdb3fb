// Streams the frames of a video and prints what is in them.
//
//     stream [ADDRESS] [FOLDER OF JPEGS]

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { connect, OcelliError } from "@ocelli/client";

const [address = "127.0.0.1:8500", folder = "out/example/frames"] = process.argv.slice(2);

async function* frames() {
  for (const name of (await readdir(folder)).sort()) {
    if (name.endsWith(".jpg")) {
      yield { path: join(folder, name) };
    }
  }
}

const client = connect(address);
try {
  for await (const { frameId, result, error } of client.detectStream(frames())) {
    if (error) {
      console.log(`frame ${frameId}: ${error.message}`);
      continue;
    }
    const found = result?.detections.map(({ label, score, box }) => {
      const corners = [box.xMin, box.yMin, box.xMax, box.yMax].map(Math.round).join(" ");
      return `${label} ${score.toFixed(2)} [${corners}]`;
    });
    console.log(`frame ${frameId}: ${found?.join(", ") || "nothing"}`);
  }
} catch (error) {
  if (!(error instanceof OcelliError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.close();
}
