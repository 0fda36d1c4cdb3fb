// Load for `make restarts` and `make rolling`: callers that share a few clients. Some call `Detect` at a
// common rate, others stream frames, each at a rate of its own.
//
//     callers --target ADDRESS --model NAME --image FILE [--callers N] [--rate R] [--clients N] [--timeout-s X]
//       [--streams N] [--frames-per-s R]
//
// Prints `calling` once a call was answered and, once its standard input is closed and all have ended,
// one line of JSON: calls, how many of them failed, how calls and streams failed, and what became of the
// frames.

import { readFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type Client, connect } from "@ocelli/client";
import { Outcomes } from "./outcomes.js";
import { Pace } from "./pace.js";
import { stream } from "./streamers.js";

const { values } = parseArgs({
  options: {
    target: { type: "string", default: "" },
    model: { type: "string", default: "" },
    image: { type: "string", default: "" },
    callers: { type: "string", default: "48" },
    rate: { type: "string", default: "200" },
    clients: { type: "string", default: "4" },
    "timeout-s": { type: "string", default: "20" },
    streams: { type: "string", default: "0" },
    "frames-per-s": { type: "string", default: "5" },
  },
});

const image = await readFile(values.image);
const framesPerS = Number(values["frames-per-s"]);
const timeoutMs = Number(values["timeout-s"]) * 1e3;
const outcomes = new Outcomes();
const over = new AbortController();
const pace = new Pace(Number(values.rate), over.signal);

async function keepCalling(client: Client): Promise<void> {
  while ((await pace.next()) !== undefined) {
    try {
      const { detections } = await client.detect(image, { model: values.model });
      if (detections.length > 0) {
        outcomes.answered();
      } else {
        outcomes.failed(new Error("nothing found"));
      }
    } catch (error) {
      outcomes.failed(error);
    }
  }
}

const clients = Array.from({ length: Number(values.clients) }, () =>
  connect(values.target, { timeoutMs }),
);
const callers = Array.from({ length: Number(values.callers) }, (_, number) =>
  keepCalling(clients[number % clients.length] as Client),
);
const streams = Array.from({ length: Number(values.streams) }, (_, number) => {
  const client = clients[number % clients.length] as Client;
  return stream(client, image, values.model, new Pace(framesPerS, over.signal), outcomes);
});
process.stdin.resume();
await finished(process.stdin);
over.abort();
await Promise.all([...callers, ...streams]);
await Promise.all(clients.map((client) => client.close()));
console.log(outcomes.report());
