// Calls are repeated by the contract's policy, within their deadline.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect, DEFAULT_RETRY } from "@ocelli/client";
import { ErrorInfoSchema, RetryInfoSchema } from "@ocelli/proto/google/rpc/error_details_pb";
import { file_ocelli_v1_collection } from "@ocelli/proto/ocelli/v1/collection_pb";
import { file_ocelli_v1_detect } from "@ocelli/proto/ocelli/v1/detect_pb";
import { file_ocelli_v1_embed } from "@ocelli/proto/ocelli/v1/embed_pb";
import { file_ocelli_v1_model, ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { file_ocelli_v1_point } from "@ocelli/proto/ocelli/v1/point_pb";
import { ERROR_DOMAIN } from "@ocelli/proto/ocelli/v1/sdk";
import { file_ocelli_v1_search } from "@ocelli/proto/ocelli/v1/search_pb";
import { isIdempotent } from "../src/retry.js";
import { grpcServer } from "./servers.js";

function draining(delayMs: number): ConnectError {
  const info = { domain: ERROR_DOMAIN, reason: "DRAINING" };
  const retryDelay = { seconds: 0n, nanos: delayMs * 1e6 };
  return new ConnectError("the server is stopping", Code.Unavailable, undefined, [
    { desc: ErrorInfoSchema, value: info },
    { desc: RetryInfoSchema, value: { retryDelay } },
  ]);
}

/** A server whose model calls fail so often before they succeed; notes when it was called. */
async function failing(times: number, failure: ConnectError) {
  const calledMs: number[] = [];
  const answer = <T>(response: T): T => {
    calledMs.push(performance.now());
    if (calledMs.length <= times) {
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
  return { server, calledMs };
}

test("UNAVAILABLE is repeated, after the delay that the server asks for", async () => {
  const { server, calledMs } = await failing(2, draining(150));
  await using _ = server;
  await using client = connect(server.address);
  assert.deepEqual(await client.listModels(), []);
  assert.equal(calledMs.length, 3);
  const [first = 0, second = 0, third = 0] = calledMs;
  assert.ok(second - first >= 149 && third - second >= 149, String(calledMs));
});

test("after the last attempt the server's own error is thrown", async () => {
  const { server, calledMs } = await failing(9, draining(1));
  await using _ = server;
  await using client = connect(server.address);
  await assert.rejects(client.listModels(), { reason: "DRAINING", retryAfterMs: 1 });
  assert.equal(calledMs.length, DEFAULT_RETRY.maxAttempts);
});

test("no wait goes beyond the deadline", async () => {
  const { server, calledMs } = await failing(9, draining(900));
  await using _ = server;
  await using client = connect(server.address);
  const startedMs = performance.now();
  await assert.rejects(client.listModels({ timeoutMs: 500 }), { reason: "DRAINING" });
  assert.ok(performance.now() - startedMs < 450);
  assert.equal(calledMs.length, 1);
});

test("giving up ends the wait", async () => {
  const { server, calledMs } = await failing(9, draining(900));
  await using _ = server;
  await using client = connect(server.address);
  const startedMs = performance.now();
  const signal = AbortSignal.timeout(100);
  await assert.rejects(client.listModels({ signal }), { name: "AbortError" });
  assert.ok(performance.now() - startedMs < 800);
  assert.equal(calledMs.length, 1);
});

test("what may not be repeated, and what is not UNAVAILABLE, is not", async () => {
  for (const [failure, call] of [
    [draining(1), "loadModel"],
    [new ConnectError("broken", Code.Internal), "listModels"],
  ] as const) {
    const { server, calledMs } = await failing(1, failure);
    await using _ = server;
    await using client = connect(server.address);
    await assert.rejects(call === "loadModel" ? client.loadModel("m") : client.listModels());
    assert.equal(calledMs.length, 1);
  }
});

test("the calls that are repeated are those that the contract marks", () => {
  const services = [
    file_ocelli_v1_collection,
    file_ocelli_v1_detect,
    file_ocelli_v1_embed,
    file_ocelli_v1_model,
    file_ocelli_v1_point,
    file_ocelli_v1_search,
  ].flatMap((file) => file.services);
  assert.equal(services.length, 6);
  for (const { typeName, methods } of services) {
    for (const { name, idempotency } of methods) {
      const marked = idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
      assert.equal(isIdempotent(`${typeName}/${name}`), marked, name);
    }
  }
});
