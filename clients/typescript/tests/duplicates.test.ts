// Groups of points that are nearly the same, as they come.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connect, equals } from "@ocelli/client";
import { connectWeb } from "@ocelli/client/web";
import {
  type FindDuplicatesRequest,
  FindDuplicatesRequestSchema,
  SearchService,
} from "@ocelli/proto/ocelli/v1/search_pb";
import { grpcServer, grpcWebServer } from "./servers.js";

const progress = (pointsDone: bigint) =>
  ({ message: { case: "progress", value: { pointsDone, pointsTotal: 10n } } }) as const;

const group = (...ids: string[]) => {
  const points = ids.map((id) => ({ id, score: 0.5 }));
  return { message: { case: "group", value: { points, size: BigInt(ids.length) } } } as const;
};

const idsOf = ({ points }: { points: { id: string }[] }) => points.map(({ id }) => id).join("");

test("progress is told, then groups come", async () => {
  const requests: unknown[] = [];
  await using server = await grpcServer((router) => {
    router.service(SearchService, {
      async *findDuplicates(request) {
        requests.push(toJson(FindDuplicatesRequestSchema, request));
        yield progress(5n);
        yield progress(10n);
        yield group("a", "b", "c");
        yield group("x", "y");
      },
    });
  });
  await using client = connect(server.address);
  const told: unknown[] = [];
  const options = {
    filter: equals("label", "cat"),
    withPayload: true,
    onProgress: (found: unknown) => told.push(found),
  };
  const found = [];
  for await (const { points, size } of client.findDuplicates("photos", 0.5, options)) {
    found.push([idsOf({ points }), size, points[0]?.score]);
  }
  assert.deepEqual(found, [
    ["abc", 3, 0.5],
    ["xy", 2, 0.5],
  ]);
  assert.deepEqual(told, [
    { pointsDone: 5, pointsTotal: 10 },
    { pointsDone: 10, pointsTotal: 10 },
  ]);
  const filter = { equals: { field: "label", value: "cat" } };
  const request = { collection: "photos", scoreThreshold: 0.5, withPayload: true, filter };
  assert.deepEqual(requests, [request]);
});

test("a browser gets them, too", async () => {
  await using server = await grpcWebServer((router) => {
    router.service(SearchService, {
      async *findDuplicates() {
        yield group("a", "b");
        yield group("x", "y");
      },
    });
  });
  const client = connectWeb(`http://${server.address}`);
  const found = [];
  for await (const one of client.findDuplicates("photos", 0.5)) {
    found.push(idsOf(one));
  }
  assert.deepEqual(found, ["ab", "xy"]);
});

/** A server that looks until its caller has gone. */
async function looking() {
  let noteEnd = () => {};
  const ended = new Promise<void>((resolve) => {
    noteEnd = resolve;
  });
  const server = await grpcServer((router) => {
    router.service(SearchService, {
      async *findDuplicates(_request, { signal }) {
        signal.addEventListener("abort", noteEnd);
        yield group("a", "b");
        await ended;
      },
    });
  });
  return { server, ended };
}

test("leaving the loop ends the search", async () => {
  const { server, ended } = await looking();
  await using _ = server;
  await using client = connect(server.address);
  for await (const one of client.findDuplicates("photos", 0.5)) {
    assert.equal(idsOf(one), "ab");
    break;
  }
  await ended;
});

test("a signal ends the search", async () => {
  const { server, ended } = await looking();
  await using _ = server;
  await using client = connect(server.address);
  const controller = new AbortController();
  const found = client.findDuplicates("photos", 0.5, { signal: controller.signal });
  await found.next();
  controller.abort();
  await assert.rejects(found.next(), { name: "AbortError" });
  await ended;
});

/** A server that goes away so often, after so many groups. */
async function unsteady(times: number, groups: number) {
  const requests: FindDuplicatesRequest[] = [];
  const server = await grpcServer((router) => {
    router.service(SearchService, {
      async *findDuplicates(request) {
        requests.push(request);
        for (let at = 0; at < groups; at++) {
          yield group("a", "b");
        }
        if (requests.length <= times) {
          throw new ConnectError("the server is stopping", Code.Unavailable);
        }
        yield group("x", "y");
      },
    });
  });
  return { server, requests };
}

test("a search is repeated before its first message, and not after", async () => {
  for (const [groups, attempts] of [
    [0, 3],
    [1, 1],
  ] as const) {
    const { server, requests } = await unsteady(2, groups);
    await using _ = server;
    await using client = connect(server.address);
    const found: string[] = [];
    const search = async () => {
      for await (const one of client.findDuplicates("photos", 0.5)) {
        found.push(idsOf(one));
      }
    };
    if (groups === 0) {
      await search();
    } else {
      await assert.rejects(search(), { code: "UNAVAILABLE" });
    }
    assert.deepEqual(found, [groups === 0 ? "xy" : "ab"]);
    assert.equal(requests.length, attempts);
    assert.ok(requests.every(({ collection }) => collection === "photos"));
  }
});
