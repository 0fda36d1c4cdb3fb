// Executes one case through the SDK.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Client,
  connect,
  type DuplicateProgress,
  OcelliError,
  type Tls,
} from "@ocelli/client";
import { DetectFrameSchema, DetectResultSchema } from "@ocelli/proto/ocelli/v1/detect_pb";
import {
  DuplicateGroupSchema,
  FindDuplicatesProgressSchema,
  FindDuplicatesRequestSchema,
} from "@ocelli/proto/ocelli/v1/search_pb";
import { TimingsSchema } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { Json } from "./json.js";
import { parse, print, printPlain, serviceOf, withBytes } from "./message.js";
import type { Observed } from "./observed.js";
import { detectOptions } from "./options.js";
import type { Case, Plan } from "./plan.js";
import { answersOf, frameAnswer, frameOf } from "./streams.js";

const RECOVERY_MS = 30_000;

/** Executes a case and tells what came of it. Throws what is not the SDK's error. */
export async function execute(plan: Plan, testCase: Case): Promise<Observed> {
  const seen: Observed = { windows: [], sent: [], answers: [] };
  const address = plan.targets[testCase.target];
  if (!address) {
    throw new Error(`there is no target ${testCase.target}`);
  }
  const token = testCase.token && plan.tokens[testCase.token];
  await using client = connect(address, {
    ...(testCase.tls && { tls: tlsOf(plan, testCase.tls) }),
    ...(token && { token }),
  });
  try {
    await KINDS[testCase.kind](client, plan, testCase, seen);
  } catch (error) {
    if (!(error instanceof OcelliError)) {
      throw error;
    }
    seen.error = error;
  }
  return seen;
}

type Execute = (client: Client, plan: Plan, testCase: Case, seen: Observed) => Promise<void>;

const KINDS: Record<Case["kind"], Execute> = {
  async unary(client, plan, testCase, seen) {
    const [service = "", name] = (testCase.rpc ?? "").split("/");
    const desc = serviceOf(service);
    const method = desc.methods.find((candidate) => candidate.name === name);
    if (method?.methodKind !== "unary") {
      throw new Error(`there is no unary rpc ${testCase.rpc}`);
    }
    const stub = client.stub(desc) as Record<string, (...args: unknown[]) => Promise<never>>;
    const request = parse(method.input, withBytes(testCase.request ?? {}, plan.files));
    const call = stub[method.localName];
    if (call) {
      seen.response = print(method.output, await call(request, deadlineOf(testCase)));
    }
  },

  async duplicates(client, plan, testCase, seen) {
    const asked = withBytes(testCase.request ?? {}, plan.files);
    const { collection, scoreThreshold = 0, ...rest } = parse(FindDuplicatesRequestSchema, asked);
    const groups: Json[] = [];
    let progress: Json = null;
    const options = {
      ...rest,
      ...deadlineOf(testCase),
      onProgress: (told: DuplicateProgress) => {
        progress = printPlain(FindDuplicatesProgressSchema, told) ?? null;
      },
    };
    for await (const group of client.findDuplicates(collection, scoreThreshold, options)) {
      groups.push(printPlain(DuplicateGroupSchema, group) ?? null);
      if (groups.length === testCase.cancel_after) {
        break;
      }
    }
    seen.response = { groups, progress };
  },

  async stream(client, plan, testCase, seen) {
    for await (const answer of answersOf(client, testCase, plan.files, seen)) {
      seen.answers.push(answer);
      if (seen.answers.length === testCase.cancel_after) {
        break;
      }
    }
  },

  async file(client, plan, testCase, seen) {
    const path = join(plan.files, testCase.path ?? "");
    const { timings, ...result } = await client.detect({ path }, deadlineOf(testCase));
    seen.response = {
      result: printPlain(DetectResultSchema, result) ?? null,
      timings: printPlain(TimingsSchema, timings) ?? null,
    };
  },

  async drain(client, plan, testCase, seen) {
    let answered = () => {};
    const read = frameOf(DetectFrameSchema, seen);
    const frames = (testCase.frames ?? []).map((json) => withBytes(json, plan.files));
    async function* oneByOne() {
      for (let position = 0; ; position++) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield read(frames[position % frames.length] as Json, position, true);
        await answer;
      }
    }
    const shape = frameAnswer(DetectResultSchema);
    try {
      for await (const answer of client.detectStream(
        oneByOne(),
        detectOptions(testCase.config ?? {}),
      )) {
        seen.answers.push(shape(answer));
        if (seen.answers.length === testCase.drain_after) {
          console.log("drain");
        }
        answered();
      }
    } finally {
      await recovered(client, read(frames[0] as Json, 0, true).image);
    }
  },

  async health(client, _plan, testCase, seen) {
    seen.response = { status: await client.health(testCase.service ?? "", deadlineOf(testCase)) };
  },
};

/** Repeats a call until it succeeds. */
async function recovered(client: Client, image: Parameters<Client["detect"]>[0]): Promise<void> {
  const end = performance.now() + RECOVERY_MS;
  for (;;) {
    try {
      await client.detect(image);
      return;
    } catch (error) {
      if (performance.now() > end) {
        throw new Error(`the server did not come back: ${error}`);
      }
      await sleep(100);
    }
  }
}

function deadlineOf({ timeout_ms: timeoutMs }: Case): { timeoutMs: number | undefined } {
  return { timeoutMs };
}

function tlsOf(plan: Plan, kind: NonNullable<Case["tls"]>): Tls {
  const { ca, other_ca: otherCa, client_cert: cert, client_key: key } = plan.tls;
  switch (kind) {
    case "ca":
      return { ca: readFileSync(ca) };
    case "other_ca":
      return { ca: readFileSync(otherCa) };
    case "mutual":
      return { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
  }
}
