// The conformance runner: `runner run PLAN REPORT`, `runner decode PLAN REPORT`.
// tests/conformance/README.md specifies it.

import { readFileSync, writeFileSync } from "node:fs";
import { execute } from "./execute.js";
import type { JsonObject } from "./json.js";
import { decode, encode } from "./message.js";
import { judge } from "./observed.js";
import type { Case, Plan } from "./plan.js";

const CASE_TIMEOUT_MS = 30_000;

async function run(text: string): Promise<JsonObject> {
  const { language } = JSON.parse(text) as Plan;
  const plan = JSON.parse(text.replaceAll("{language}", language)) as Plan;
  const cases: JsonObject[] = [];
  for (const testCase of plan.cases) {
    cases.push(await executed(plan, testCase));
  }
  const encoded = plan.golden.map(({ name, type, json }) => [name, encode(type, json)]);
  return { language, cases, encoded: Object.fromEntries(encoded) };
}

async function executed(plan: Plan, testCase: Case): Promise<JsonObject> {
  const startedMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it did not end")), CASE_TIMEOUT_MS);
  });
  let message: string | undefined;
  try {
    const seen = await Promise.race([execute(plan, testCase), late]);
    message = judge(testCase.expect, seen, elapsedMs());
  } catch (error) {
    message = String(error);
  } finally {
    clearTimeout(timer);
  }
  const outcome = message === undefined ? "passed" : "failed";
  return { id: testCase.id, outcome, message: message ?? "", duration_ms: elapsedMs() };
}

function decodeAll(text: string): JsonObject {
  const { messages } = JSON.parse(text) as {
    messages: { name: string; type: string; bytes: string }[];
  };
  return {
    messages: messages.map(({ name, type, bytes }) => ({ name, json: decode(type, bytes) })),
  };
}

const [mode, plan, report] = process.argv.slice(2);
if (!(plan && report && (mode === "run" || mode === "decode"))) {
  console.error("usage: runner run|decode PLAN REPORT");
  process.exit(2);
}
// JSON.stringify writes -0 as 0, and JSON's mapping of protobuf takes a number in a string as well.
const withNegativeZero = (_key: string, value: unknown) => (Object.is(value, -0) ? "-0" : value);

const text = readFileSync(plan, "utf8");
const found = mode === "run" ? await run(text) : decodeAll(text);
writeFileSync(report, JSON.stringify(found, withNegativeZero));
process.exit(0); // Cases that did not end must not keep the program.
