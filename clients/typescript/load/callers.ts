// Load for `make restarts`: callers that share a few clients and call `Detect` at a common rate.
//
//     callers --target HOST:PORT --model NAME --image FILE [--callers N] [--rate R] [--clients N] [--timeout-s X]
//
// Prints `calling` once a call was answered and, once its standard input is closed and every call has
// ended, one line of JSON: calls, how many of them failed, and how.

import { readFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Client, connect } from "@ocelli/client";
import { Outcomes } from "./outcomes.js";

const { values } = parseArgs({
  options: {
    target: { type: "string", default: "" },
    model: { type: "string", default: "" },
    image: { type: "string", default: "" },
    callers: { type: "string", default: "48" },
    rate: { type: "string", default: "200" },
    clients: { type: "string", default: "4" },
    "timeout-s": { type: "string", default: "20" },
  },
});

const image = await readFile(values.image);
const callsPerMs = Number(values.rate) / 1e3;
const timeoutMs = Number(values["timeout-s"]) * 1e3;
const outcomes = new Outcomes();
const beganMs = performance.now();
let taken = 0;
let over = false;

async function keepCalling(client: Client): Promise<void> {
  for (;;) {
    // A call that is taken late is due at once, so that the rate is kept.
    const dueMs = beganMs + taken++ / callsPerMs;
    await sleep(Math.max(0, dueMs - performance.now()));
    if (over) {
      return;
    }
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
process.stdin.resume();
await finished(process.stdin);
over = true;
await Promise.all(callers);
await Promise.all(clients.map((client) => client.close()));
console.log(outcomes.report());
