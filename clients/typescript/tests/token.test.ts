// Tokens go with every call, and what is no token goes nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { DEFAULT_RETRY } from "../src/retry.js";
import { type Token, withDefaults } from "../src/transport.js";

function guarded(token: Token) {
  const seen: (string | null)[] = [];
  const inner = createRouterTransport((router) => {
    router.service(ModelService, {
      listModels: (_request, { requestHeader }) => {
        seen.push(requestHeader.get("authorization"));
        return {};
      },
    });
    router.service(DetectService, {
      async *detectStream(_requests, { requestHeader }) {
        seen.push(requestHeader.get("authorization"));
        yield {};
      },
    });
  });
  const defaults = { address: "a:1", timeoutMs: 5000, retry: DEFAULT_RETRY, token };
  const transport = withDefaults(inner, defaults);
  const call = async () => {
    await createClient(ModelService, transport).listModels({});
    for await (const _ of createClient(DetectService, transport).detectStream(none())) {
      break;
    }
  };
  return { call, seen };
}

async function* none() {}

test("a token goes with unary calls and streams", async () => {
  const { call, seen } = guarded("t0ken");
  await call();
  assert.deepEqual(seen, ["Bearer t0ken", "Bearer t0ken"]);
});

test("a function gives a new token for each call", async () => {
  let count = 0;
  const { call, seen } = guarded(async () => `t${++count}`);
  await call();
  assert.deepEqual(seen, ["Bearer t1", "Bearer t2"]);
});

test("what is no token fails the call before it is made", async () => {
  const vault = () => {
    throw new Error("the vault is shut");
  };
  for (const token of ["", "two words", "line\nbreak", vault]) {
    const { call, seen } = guarded(token);
    await assert.rejects(call(), { code: "UNAUTHENTICATED", hint: /token given to connect/ });
    assert.deepEqual(seen, []);
  }
});
