// Calls that the server refuses before it processes them are repeated, whatever they do.

import assert from "node:assert/strict";
import { constants, type Http2ServerRequest } from "node:http2";
import { test } from "node:test";
import { connect } from "@ocelli/client";
import { CollectionService } from "@ocelli/proto/ocelli/v1/collection_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { HINTS } from "@ocelli/proto/ocelli/v1/sdk";
import { unsteadyServer } from "./servers.js";

/** A server of collections and streams, which counts what it processes. */
async function counting(take: (request: Http2ServerRequest) => boolean) {
  const created: string[] = [];
  const server = await unsteadyServer((router) => {
    router.service(CollectionService, {
      createCollection: ({ collection }) => {
        created.push(collection?.name ?? "");
        return { collection: collection ?? {} };
      },
    });
    router.service(DetectService, {
      async *detectStream(requests) {
        for await (const { message } of requests) {
          if (message.case === "config") {
            yield { message: { case: "window", value: { maxUnansweredFrames: 1 } } };
          } else if (message.case === "frame") {
            const outcome = { case: "dropped", value: {} } as const;
            const value = { frameId: message.value.frameId, outcome };
            yield { message: { case: "answer", value } };
          }
        }
      },
    });
  }, take);
  return { server, created };
}

function refusing(times: number) {
  let left = times;
  return ({ stream }: Http2ServerRequest) => {
    if (left-- > 0) {
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return true;
    }
    return false;
  };
}

test("a call that may not be repeated otherwise", async () => {
  const { server, created } = await counting(refusing(2));
  await using _ = server;
  await using client = connect(server.address);
  assert.equal((await client.createCollection({ name: "a" })).name, "a");
  assert.deepEqual(created, ["a"]);
});

test("a stream, of which nothing was sent", async () => {
  const { server } = await counting(refusing(2));
  await using _ = server;
  await using client = connect(server.address);
  const ids = [];
  for await (const { frameId } of client.detectStream([new Uint8Array(8), new Uint8Array(8)])) {
    ids.push(frameId);
  }
  assert.deepEqual(ids, [0, 1]);
});

test("no more often than the policy says, and then with a hint that fits", async () => {
  const { server, created } = await counting(refusing(99));
  await using _ = server;
  await using client = connect(server.address);
  const expected = { code: "UNAVAILABLE", hint: HINTS.DRAINING, retryAfterMs: 100 };
  await assert.rejects(client.createCollection({ name: "a" }), expected);
  await assert.rejects(client.detectStream([new Uint8Array(8)]).next(), expected);
  assert.deepEqual(created, []);
});

test("no call is lost around a connection that is told to go away", async () => {
  let seen = 0;
  const leaving = new WeakSet<object>();
  const { server, created } = await counting(({ stream }) => {
    const { session, id = 0 } = stream;
    if (session && ++seen % 20 === 0 && !leaving.has(session)) {
      leaving.add(session);
      session.goaway(constants.NGHTTP2_NO_ERROR, id - 2);
    }
    // This stream and those after it on the connection are not processed.
    return session !== undefined && leaving.has(session);
  });
  await using _ = server;
  await using client = connect(server.address);
  const names = [...Array(100).keys()].map(String);
  for (let first = 0; first < names.length; first += 10) {
    await Promise.all(
      names.slice(first, first + 10).map((name) => client.createCollection({ name })),
    );
  }
  assert.deepEqual(created.sort(), [...names].sort());
  assert.ok(seen > names.length);
});
