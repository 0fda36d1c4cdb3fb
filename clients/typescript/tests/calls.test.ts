// What calls put into the contract's messages, and how pages become one list.

import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary, toJson } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { connect, equals, matches, matchesAny, type SearchQuery } from "@ocelli/client";
import { ErrorInfoSchema } from "@ocelli/proto/google/rpc/error_details_pb";
import {
  CollectionService,
  UpdateCollectionRequestSchema,
} from "@ocelli/proto/ocelli/v1/collection_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { FilterSchema } from "@ocelli/proto/ocelli/v1/filter_pb";
import { ModelService } from "@ocelli/proto/ocelli/v1/model_pb";
import {
  DeletePointsRequestSchema,
  ListPointsRequestSchema,
  PointService,
  UpdatePayloadRequestSchema,
} from "@ocelli/proto/ocelli/v1/point_pb";
import { ERROR_DOMAIN } from "@ocelli/proto/ocelli/v1/sdk";
import { SearchService } from "@ocelli/proto/ocelli/v1/search_pb";
import { VectorSchema } from "@ocelli/proto/ocelli/v1/vector_pb";
import { grpcServer } from "./servers.js";

const NAMES = ["a", "b", "c", "d", "e"];

/** Two of the names, from the token on, and the token of the next page. */
function page(pageToken: string) {
  const start = Number(pageToken || 0);
  const next = start + 2;
  return {
    names: NAMES.slice(start, next),
    nextPageToken: next < NAMES.length ? String(next) : "",
  };
}

test("lists go over all pages", async () => {
  const requests: unknown[] = [];
  await using server = await grpcServer((router) => {
    router.service(ModelService, {
      listModels({ pageToken }) {
        const { names, nextPageToken } = page(pageToken);
        return { models: names.map((name) => ({ name })), nextPageToken };
      },
    });
    router.service(CollectionService, {
      listCollections({ pageToken }) {
        const { names, nextPageToken } = page(pageToken);
        return { collections: names.map((name) => ({ name })), nextPageToken };
      },
      listAliases({ pageToken }) {
        const { names, nextPageToken } = page(pageToken);
        return {
          aliases: names.map((alias) => ({ alias, collection: "photos" })),
          nextPageToken,
        };
      },
    });
    router.service(PointService, {
      listPoints(request) {
        requests.push(toJson(ListPointsRequestSchema, request));
        const { names, nextPageToken } = page(request.pageToken);
        return { points: names.map((id) => ({ id })), nextPageToken };
      },
    });
  });
  await using client = connect(server.address);
  const nameOf = ({ name }: { name: string }) => name;
  assert.deepEqual((await client.listModels()).map(nameOf), NAMES);
  assert.deepEqual((await client.listCollections()).map(nameOf), NAMES);
  assert.deepEqual(
    await client.listAliases(),
    NAMES.map((alias) => ({ alias, collection: "photos" })),
  );
  const ids = [];
  for await (const { id } of client.listPoints("photos", {
    filter: equals("label", "cat"),
    pageSize: 2,
    withPayload: false,
  })) {
    ids.push(id);
    if (id === "c") {
      break;
    }
  }
  assert.deepEqual(ids, NAMES.slice(0, 3));
  const filter = { equals: { field: "label", value: "cat" } };
  const request = { collection: "photos", filter, pageSize: 2, withPayload: false };
  assert.deepEqual(requests, [request, { ...request, pageToken: "2" }]);
});

test("points are selected by ids or by filter, and changed in one of three ways", async () => {
  const requests: unknown[] = [];
  await using server = await grpcServer((router) => {
    router.service(PointService, {
      deletePoints(request) {
        requests.push(toJson(DeletePointsRequestSchema, request));
        return { deleted: 2n };
      },
      updatePayload(request) {
        requests.push(toJson(UpdatePayloadRequestSchema, request));
        return { updated: 3n };
      },
    });
    router.service(CollectionService, {
      updateCollection(request) {
        requests.push(toJson(UpdateCollectionRequestSchema, request));
        return { collection: request.collection ?? {} };
      },
    });
  });
  await using client = connect(server.address);
  const cats = equals("label", "cat");
  assert.equal(await client.deletePoints("photos", ["a", "b"]), 2);
  assert.equal(await client.deletePoints("photos", cats), 2);
  assert.equal(await client.updatePayload("photos", ["a"], { merge: { n: 1 } }), 3);
  await client.updatePayload("photos", cats, { replace: {} });
  await client.updatePayload("photos", cats, { deleteKeys: ["n"] });
  await client.updateCollection("photos", { model: "" });
  await client.updateCollection("photos", { model: "clip", fields: { year: "INTEGER" } });
  const filter = { equals: { field: "label", value: "cat" } };
  const collection = "photos";
  assert.deepEqual(requests, [
    { collection, ids: ["a", "b"] },
    { collection, filter },
    { collection, ids: ["a"], merge: { n: 1 } },
    { collection, filter, replace: {} },
    { collection, filter, deleteKeys: { keys: ["n"] } },
    { collection: { name: "photos" }, updateMask: "model" },
    {
      collection: {
        name: "photos",
        model: "clip",
        fields: [{ name: "year", type: "FIELD_TYPE_INTEGER" }],
      },
      updateMask: "model,fields",
    },
  ]);
});

test("an alias is pointed to a collection and taken away", async () => {
  const targets = new Map<string, string>();
  await using server = await grpcServer((router) => {
    router.service(CollectionService, {
      setAlias({ alias, collection }) {
        const previousCollection = targets.get(alias) ?? "";
        targets.set(alias, collection);
        return { previousCollection };
      },
      deleteAlias({ alias }) {
        targets.delete(alias);
        return {};
      },
    });
  });
  await using client = connect(server.address);
  assert.equal(await client.setAlias("photos", "photos-1"), undefined);
  assert.equal(await client.setAlias("photos", "photos-2"), "photos-1");
  assert.deepEqual([...targets], [["photos", "photos-2"]]);
  await client.deleteAlias("photos");
  assert.equal(targets.size, 0);
});

test("filters ask for words", () => {
  const json = [matches("note", "night rain"), matchesAny("note", "gate yard")].map((filter) =>
    toJson(FilterSchema, filter),
  );
  assert.deepEqual(json, [
    { match: { field: "note", text: "night rain" } },
    { match: { field: "note", text: "gate yard", anyWord: true } },
  ]);
});

test("a search is near to one thing, and each of a batch succeeds or fails alone", async () => {
  await using server = await grpcServer((router) => {
    router.service(SearchService, {
      search: ({ query }) => ({ hits: [{ id: query.case ?? "" }], timings: {} }),
      batchSearch: ({ requests }) => ({
        answers: requests.map(({ query, withPayload, withVector }) => {
          if (query.case === "text") {
            const info = { domain: ERROR_DOMAIN, reason: "MODEL_TAKES_NO_TEXT" };
            const value = toBinary(ErrorInfoSchema, create(ErrorInfoSchema, info));
            const details = [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value }];
            const error = { code: Code.InvalidArgument, message: "no", details };
            return { outcome: { case: "error" as const, value: error } };
          }
          const id = `${query.case} ${withPayload} ${withVector}`;
          return { outcome: { case: "result" as const, value: { hits: [{ id }] } } };
        }),
      }),
    });
    router.service(EmbedService, {
      embed: ({ input }) => ({ result: { model: input.case ?? "" }, timings: {} }),
    });
  });
  await using client = connect(server.address);
  const image = new Uint8Array(8);
  const vector = create(VectorSchema, { values: [1, 2] });
  const queries: [SearchQuery<Uint8Array>, string][] = [
    [{ image }, "image"],
    [{ text: "a cat" }, "text"],
    [{ vector: [1, 2] }, "vector"],
    [{ vector }, "vector"],
    [{ id: "a" }, "id"],
  ];
  for (const [query, expected] of queries) {
    assert.equal((await client.search("photos", query)).hits[0]?.id, expected);
  }
  for (const query of [{}, { image, text: "a cat" }]) {
    await assert.rejects(client.search("photos", query), { code: "INVALID_ARGUMENT" });
  }
  const answers = await client.batchSearch("photos", [
    { image, withPayload: false },
    { text: "a cat" },
    { id: "a", withVector: true },
  ]);
  assert.deepEqual(
    answers.map(({ result, error }) => result?.hits[0]?.id ?? error?.reason),
    ["image false undefined", "MODEL_TAKES_NO_TEXT", "id undefined true"],
  );
  assert.equal((await client.embed({ text: "a cat" })).model, "text");
  assert.equal((await client.embed(new Blob([image]))).model, "image");
});

test("images and texts are indexed in one stream", async () => {
  await using server = await grpcServer((router) => {
    router.service(PointService, {
      async *indexStream(requests) {
        for await (const { message } of requests) {
          if (message.case === "config") {
            yield { message: { case: "window", value: { maxUnansweredFrames: 2 } } };
          } else if (message.case === "item") {
            const { id, input } = message.value;
            const outcome = input.case
              ? ({ case: "result", value: { model: input.case } } as const)
              : ({ case: "error", value: { code: Code.InvalidArgument } } as const);
            yield { message: { case: "answer", value: { id, outcome, timings: {} } } };
          }
        }
      },
    });
  });
  await using client = connect(server.address);
  const items = [
    { id: "a", image: new Uint8Array(8) },
    { id: "b", image: { path: "/no/such/file.jpg" } },
    { id: "c", text: "a cat", payload: { n: 1 } },
    { id: "d", text: "x".repeat(40_000_000) },
  ];
  const answers = [];
  for await (const { id, result, error } of client.index("photos", items)) {
    answers.push([id, result?.model, error?.reason ?? error?.code]);
  }
  assert.deepEqual(answers, [
    ["a", "image", undefined],
    ["b", undefined, "INVALID_ARGUMENT"],
    ["c", "text", undefined],
    ["d", undefined, "MESSAGE_TOO_LARGE"],
  ]);
});
