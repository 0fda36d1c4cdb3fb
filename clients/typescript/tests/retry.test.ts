// Calls are repeated as the contract's policy says, within their deadline.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect, DEFAULT_RETRY } from "@ocelli/client";
import { ErrorInfoSchema, RetryInfoSchema } from "@ocelli/proto/google/rpc/error_details_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { SearchService } from "@ocelli/proto/ocelli/v1/search_pb";
import { isRepeatable } from "../src/retry.js";
import { grpcServer } from "./servers.js";
import { inRepository } from "./target.js";

function draining(delayMs: number): ConnectError {
  const info = { domain: "ocelli", reason: "DRAINING" };
  const retryDelay = { seconds: 0n, nanos: delayMs * 1e6 };
  return new ConnectError("the server is stopping", Code.Unavailable, undefined, [
    { desc: ErrorInfoSchema, value: info },
    { desc: RetryInfoSchema, value: { retryDelay } },
  ]);
}

/** A server whose model calls fail so often before they succeed; notes when it was asked. */
async function failing(times: number, failure: ConnectError) {
  const askedMs: number[] = [];
  const answer = <T>(response: T): T => {
    askedMs.push(performance.now());
    if (askedMs.length <= times) {
      throw failure;
    }
    return response;
  };
  const server = await grpcServer((router) => {
    router.service(ModelService, {
      listModels: () => answer({ models: [] }),
      loadModel: () => answer({ model: {} }),
    });
  });
  return { server, askedMs };
}

test("UNAVAILABLE is repeated, after the delay that the server asks for", async () => {
  const { server, askedMs } = await failing(2, draining(150));
  await using _ = server;
  await using client = connect(server.address);
  assert.deepEqual(await client.listModels(), []);
  assert.equal(askedMs.length, 3);
  const [first = 0, second = 0, third = 0] = askedMs;
  assert.ok(second - first >= 149 && third - second >= 149, String(askedMs));
});

test("after the last attempt the server's own error is thrown", async () => {
  const { server, askedMs } = await failing(9, draining(1));
  await using _ = server;
  await using client = connect(server.address);
  await assert.rejects(client.listModels(), { reason: "DRAINING", retryAfterMs: 1 });
  assert.equal(askedMs.length, DEFAULT_RETRY.maxAttempts);
});

test("no wait goes beyond the deadline", async () => {
  const { server, askedMs } = await failing(9, draining(900));
  await using _ = server;
  await using client = connect(server.address);
  const startedMs = performance.now();
  await assert.rejects(client.listModels({ timeoutMs: 500 }), { reason: "DRAINING" });
  assert.ok(performance.now() - startedMs < 450);
  assert.equal(askedMs.length, 1);
});

test("giving up ends the wait", async () => {
  const { server, askedMs } = await failing(9, draining(900));
  await using _ = server;
  await using client = connect(server.address);
  const startedMs = performance.now();
  const signal = AbortSignal.timeout(100);
  await assert.rejects(client.listModels({ signal }), { code: "CANCELLED" });
  assert.ok(performance.now() - startedMs < 800);
  assert.equal(askedMs.length, 1);
});

test("what may not be repeated, and what is not UNAVAILABLE, is not", async () => {
  for (const [failure, call] of [
    [draining(1), "loadModel"],
    [new ConnectError("broken", Code.Internal), "listModels"],
  ] as const) {
    const { server, askedMs } = await failing(1, failure);
    await using _ = server;
    await using client = connect(server.address);
    await assert.rejects(call === "loadModel" ? client.loadModel("m") : client.listModels());
    assert.equal(askedMs.length, 1);
  }
});

test("the policy is that of the contract", () => {
  const text = readFileSync(inRepository("protos/service_config.json"), "utf8");
  const [config, ...others] = JSON.parse(text).methodConfig;
  assert.deepEqual(others, []);
  const { maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, ...rest } =
    config.retryPolicy;
  assert.deepEqual(DEFAULT_RETRY, {
    maxAttempts,
    initialBackoffMs: Number.parseFloat(initialBackoff) * 1000,
    maxBackoffMs: Number.parseFloat(maxBackoff) * 1000,
    backoffMultiplier,
  });
  assert.deepEqual(rest, { retryableStatusCodes: ["UNAVAILABLE"] });
  const named = config.name.map(
    ({ service, method }: Record<string, string>) => `${service}/${method}`,
  );
  const repeatable = [DetectService, EmbedService, ModelService, SearchService].flatMap((service) =>
    service.methods.map(({ name }) => `${service.typeName}/${name}`).filter(isRepeatable),
  );
  assert.deepEqual(repeatable.sort(), named.sort());
});
