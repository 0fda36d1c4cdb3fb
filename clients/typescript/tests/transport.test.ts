// What keeps a client from its server becomes an error that says so, in time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect, OcelliError } from "@ocelli/client";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import { HINTS, UNREACHABLE_HINT } from "@ocelli/proto/ocelli/v1/sdk";
import {
  closingServer,
  grpcServer,
  nobody,
  silentServer,
  webServer,
  webServer2,
} from "./servers.js";

/** Both ways to call: the failure that a unary call and a stream have in common. */
async function failures(address: string, timeoutMs: number): Promise<OcelliError[]> {
  await using client = connect(address, { timeoutMs });
  const calls = [
    () => client.listModels(),
    async () => {
      for await (const _ of client.detectStream([new Uint8Array(8)])) {
        assert.fail("there was an answer");
      }
    },
  ];
  return await Promise.all(
    calls.map(async (call) => {
      const error = await call().then(
        () => assert.fail("it succeeded"),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof OcelliError, String(error));
      return error;
    }),
  );
}

const UNREACHABLE = [
  { name: "nobody there", start: nobody },
  { name: "a web server", start: webServer },
  { name: "a web server that speaks HTTP/2", start: webServer2 },
  { name: "a server that hangs up", start: closingServer },
];

for (const { name, start } of UNREACHABLE) {
  test(`unreachable: ${name}`, async () => {
    const server = await start();
    const address = typeof server === "string" ? server : server.address;
    for (const error of await failures(address, 5000)) {
      assert.equal(error.code, "UNAVAILABLE");
      assert.equal(error.reason, undefined);
      assert.equal(error.isRetryable, true);
      assert.equal(error.retryAfterMs, 100);
      assert.equal(error.hint, UNREACHABLE_HINT);
      assert.match(error.summary, new RegExp(`^cannot reach ${address}: \\S.{1,200}$`));
    }
    if (typeof server !== "string") {
      await server[Symbol.asyncDispose]();
    }
  });
}

test("unreachable: no host of that name, and TLS to plain text", async () => {
  await using server = await grpcServer(() => {});
  for (const [address, options] of [
    ["no-such-host.invalid:1", {}],
    [server.address, { tls: true }],
  ] as const) {
    await using client = connect(address, { timeoutMs: 5000, ...options });
    await assert.rejects(client.loadModel("m"), { code: "UNAVAILABLE", hint: UNREACHABLE_HINT });
  }
});

test("a status of the server's is no failure of the connection", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      getModel: ({ name }) => {
        throw new ConnectError("no", Code[name as keyof typeof Code]);
      },
    });
  });
  await using client = connect(server.address);
  for (const [status, code] of [
    ["Internal", "INTERNAL"],
    ["Unknown", "UNKNOWN"],
    ["Unauthenticated", "UNAUTHENTICATED"],
    ["Unimplemented", "UNIMPLEMENTED"],
  ] as const) {
    await assert.rejects(client.getModel(status), { code, summary: /no$/ });
  }
  await assert.rejects(client.unloadModel("m"), { code: "UNIMPLEMENTED", hint: /same version/ });
});

test("a call that is ended without its caller's doing may be repeated, and is", async () => {
  let calls = 0;
  await using server = await grpcServer((router) => {
    const cancelled = () => {
      calls++;
      throw new ConnectError("lost", Code.Canceled);
    };
    router.service(ModelService, { listModels: cancelled, loadModel: cancelled });
    router.service(DetectService, {
      // biome-ignore lint/correctness/useYield: it has nothing to say
      async *detectStream() {
        cancelled();
      },
    });
  });
  await using client = connect(server.address);
  const expected = {
    code: "UNAVAILABLE",
    isRetryable: true,
    retryAfterMs: 100,
    summary: `${server.address}, or the connection to it, ended the call: lost`,
    hint: HINTS.DRAINING,
  };
  await assert.rejects(client.listModels(), expected);
  assert.equal(calls, 3);
  await assert.rejects(client.loadModel("m"), expected);
  assert.equal(calls, 4);
  await assert.rejects(client.detectStream([new Uint8Array(8)]).next(), expected);
});

test("what its caller aborts rejects with the platform's AbortError", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, { listModels: () => new Promise(() => {}) });
    router.service(DetectService, {
      async *detectStream() {
        yield { message: { case: "window", value: { maxUnansweredFrames: 1 } } };
        await new Promise(() => {});
      },
    });
  });
  await using client = connect(server.address);
  const reason = new Error("the tab was closed");
  const expected = (error: unknown) =>
    error instanceof DOMException && error.name === "AbortError" && error.cause === reason;
  for (const call of [
    (signal: AbortSignal) => client.listModels({ signal, timeoutMs: 2000 }),
    (signal: AbortSignal) => client.detectStream([new Uint8Array(8)], { signal }).next(),
    (signal: AbortSignal) => client.waitUntilReady("x", { signal }),
  ]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await assert.rejects(call(controller.signal), expected);
    await assert.rejects(call(controller.signal), expected);
  }
});

test("a timeout that is none is refused", async () => {
  await using client = connect("127.0.0.1:1");
  const expected = { code: "INVALID_ARGUMENT", summary: "timeoutMs is -1" };
  const options = { timeoutMs: -1 };
  await assert.rejects(client.listModels(options), expected);
  await assert.rejects(client.detectStream([], options).next(), expected);
});

test("a closed client is closed for good", async () => {
  let release = () => {};
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      listModels: () => ({}),
      unloadModel: () =>
        new Promise((resolve) => {
          release = () => resolve({});
        }),
    });
  });
  const client = connect(server.address);
  await client.listModels();
  const call = client.unloadModel("m");
  await sleep(100);
  await client.close();
  const closed = { code: "CANCELLED", isRetryable: false, summary: "the client is closed" };
  await assert.rejects(call, closed);
  await assert.rejects(client.listModels(), closed);
  await assert.rejects(client.detectStream([new Uint8Array(8)]).next(), closed);
  await assert.rejects(client.waitUntilReady(), closed);
  await client.close();
  release();
});

test("an answer over the client's limit is to be asked for in parts, not as smaller images", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, { listModels: () => ({ models: [{ name: "m".repeat(9000) }] }) });
  });
  await using client = connect(server.address, { maxMessageBytes: 4000 });
  await assert.rejects(client.listModels(), (error: OcelliError) => {
    assert.equal(error.reason, "ANSWER_TOO_LARGE");
    assert.equal(error.isRetryable, false);
    assert.match(error.hint, /^ask for less at once.*or raise maxMessageBytes$/);
    return true;
  });
  const error = await client.detect(new Uint8Array(9000)).catch((thrown) => thrown);
  assert.equal(error.reason, "MESSAGE_TOO_LARGE");
});

test("a hint that the message has already is not repeated, and errors are JSON", () => {
  const hint = HINTS.ANSWER_TOO_LARGE;
  const init = { code: "RESOURCE_EXHAUSTED", reason: "ANSWER_TOO_LARGE" } as const;
  const error = new OcelliError(`too large: ${hint}`, init);
  assert.equal(error.message, `too large: ${hint}`);
  assert.equal(error.hint, hint);
  const { name, message, code, reason } = JSON.parse(JSON.stringify({ error })).error;
  assert.deepEqual(
    { name, message, code, reason },
    { name: "OcelliError", message: error.message, ...init },
  );
});

test("a hint comes with each reason of the contract, and with no other", async () => {
  for (const [reason, hint] of [
    ["MODEL_NOT_LOADED", HINTS.MODEL_NOT_LOADED],
    ["NEWER_THAN_THIS", ""],
    ["constructor", ""],
  ] as const) {
    const error = new OcelliError("no", { code: "INTERNAL", reason });
    assert.equal(error.hint, hint);
    assert.equal(error.message, hint ? `no (${hint})` : "no");
  }
});

test("a request that cannot be encoded, and a source that fails, are told apart", async () => {
  await using server = await grpcServer((router) => {
    router.service(DetectService, {
      async *detectStream() {
        await new Promise(() => {});
        yield {};
      },
    });
  });
  await using client = connect(server.address);
  const options = { maxDetections: -1 };
  const expected = { code: "INVALID_ARGUMENT", message: /max_detections/ };
  await assert.rejects(client.detect(new Uint8Array(8), options), expected);
  await assert.rejects(client.detectStream([new Uint8Array(8)], options).next(), expected);
  async function* requests(): AsyncGenerator<Record<string, never>> {
    yield {};
    throw new RangeError("the camera is gone");
  }
  const answers = client.stub(DetectService).detectStream(requests());
  await assert.rejects(answers[Symbol.asyncIterator]().next(), {
    code: "UNKNOWN",
    message: /source of the requests failed: the camera is gone/,
  });
});

test("a model may take longer to load than other calls", async () => {
  const allowedMs: (number | undefined)[] = [];
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      loadModel: (_request, { timeoutMs }) => {
        allowedMs.push(timeoutMs());
        return { model: {} };
      },
    });
  });
  await using client = connect(server.address, { timeoutMs: 5000 });
  await client.loadModel("m");
  await client.loadModel("m", { timeoutMs: 9000 });
  const [unset = 0, own = 0] = allowedMs;
  assert.ok(unset > 590_000 && unset <= 600_000, String(unset));
  assert.ok(own > 8000 && own <= 9000, String(own));
});

test("what a broken connection says late does not end the program", async () => {
  await using server = await webServer();
  for (let round = 0; round < 10; round++) {
    await using client = connect(server.address);
    await assert.rejects(client.loadModel("m"), { code: "UNAVAILABLE" });
  }
});

test("a connection that is gone is not pinged", async () => {
  const hanging = () => new Promise<never>(() => {});
  await using server = await grpcServer((router) => {
    router.service(ModelService, { unloadModel: hanging });
  });
  const keepalive = { intervalMs: 50, timeoutMs: 1000 };
  for (const end of ["breaks", "is closed"] as const) {
    const client = connect(server.address, { keepalive });
    const call = client.unloadModel("m", { timeoutMs: 1000 });
    await sleep(120);
    end === "breaks" ? server.breakConnections() : client.close();
    await assert.rejects(call);
    await sleep(300); // What a timer throws fails the test.
  }
});

test("a server that says nothing costs the deadline and no more", async () => {
  await using server = await silentServer();
  const startedMs = performance.now();
  for (const error of await failures(server.address, 400)) {
    assert.equal(error.reason, "DEADLINE_EXCEEDED");
    assert.equal(error.hint, HINTS.DEADLINE_EXCEEDED);
  }
  assert.ok(performance.now() - startedMs < 3000);
});

test("a connection that broke is made anew", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, { listModels: () => ({ models: [{ name: "m" }] }) });
  });
  await using client = connect(server.address);
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(
      (await client.listModels()).map(({ name }) => name),
      ["m"],
    );
    server.breakConnections();
  }
});

test("a call whose connection breaks is UNAVAILABLE", async () => {
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      unloadModel: async () => {
        server.breakConnections();
        return new Promise(() => {});
      },
    });
  });
  await using client = connect(server.address);
  // The test's own server keeps the call until its deadline.
  const call = client.unloadModel("m", { timeoutMs: 1000 });
  await assert.rejects(call, { code: "UNAVAILABLE", reason: undefined });
});

test("addresses, tokens and TLS that cannot work are refused at once", () => {
  for (const address of ["http://127.0.0.1:1", "127.0.0.1:1/path", "a b", ""]) {
    assert.throws(() => connect(address), { code: "INVALID_ARGUMENT" }, address);
  }
  for (const timeoutMs of [-1, Number.NaN]) {
    assert.throws(() => connect("a:1", { timeoutMs }), { code: "INVALID_ARGUMENT" });
  }
  for (const elsewhere of ["a:1", "localhost.example:1", "127.0.0.1.example:1", "192.0.2.1:1"]) {
    assert.throws(() => connect(elsewhere, { token: "t" }), /not sent in plain text/);
  }
  for (const here of ["localhost:1", "127.0.0.1:1", "[::1]:1"]) {
    connect(here, { token: "t" }).close();
  }
  assert.throws(() => connect("a:1", { tls: { ca: "/etc/ca.pem" } }), /holds no certificate/);
  assert.throws(() => connect("a:1", { tls: { cert: "c" } }), /tls has no key/);
});
