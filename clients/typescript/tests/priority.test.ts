// The priority of a connection goes with every call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { DEFAULT_RETRY } from "../src/retry.js";
import { withDefaults } from "../src/transport.js";

test("unary calls and streams carry it", async () => {
  const seen: (string | null)[] = [];
  const inner = createRouterTransport((router) => {
    router.service(ModelService, {
      listModels: (_request, { requestHeader }) => {
        seen.push(requestHeader.get("ocelli-priority"));
        return {};
      },
    });
    router.service(DetectService, {
      async *detectStream(_requests, { requestHeader }) {
        seen.push(requestHeader.get("ocelli-priority"));
        yield {};
      },
    });
  });
  const defaults = { address: "a:1", timeoutMs: 5000, retry: DEFAULT_RETRY };
  for (const priority of [undefined, "batch"] as const) {
    const transport = withDefaults(inner, { ...defaults, priority });
    await createClient(ModelService, transport).listModels({});
    for await (const _ of createClient(DetectService, transport).detectStream(none())) {
      break;
    }
  }
  assert.deepEqual(seen, [null, null, "batch", "batch"]);
});

async function* none() {}
