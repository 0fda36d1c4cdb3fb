// The parts of images that a collection's detector finds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toJson } from "@bufbuild/protobuf";
import { connect } from "@ocelli/client";
import {
  CollectionService,
  CreateCollectionRequestSchema,
} from "@ocelli/proto/ocelli/v1/collection_pb";
import { PointService } from "@ocelli/proto/ocelli/v1/point_pb";
import { SearchRequestSchema, SearchService } from "@ocelli/proto/ocelli/v1/search_pb";
import { grpcServer } from "./servers.js";

const box = { xMin: 1, yMin: 2, xMax: 3, yMax: 4 };
const face = { box, label: "face", score: 0.5 };

test("a collection has a detector", async () => {
  const requests: unknown[] = [];
  await using server = await grpcServer((router) => {
    router.service(CollectionService, {
      createCollection(request) {
        requests.push(toJson(CreateCollectionRequestSchema, request));
        return { collection: request.collection ?? {} };
      },
    });
  });
  await using client = connect(server.address);
  const detector = {
    model: "d",
    labels: ["face"],
    minScore: 0.5,
    minSizePx: 24,
    maxRegions: 8,
    margin: 0.25,
  };
  const created = await client.createCollection({ name: "faces", detector });
  assert.deepEqual(created.detector, detector);
  assert.equal((await client.createCollection({ name: "photos" })).detector, undefined);
  await client.createCollection({ name: "objects", detector: {} });
  assert.deepEqual(requests, [
    { collection: { name: "faces", detector } },
    { collection: { name: "photos" } },
    { collection: { name: "objects", detector: {} } },
  ]);
});

test("the stored parts come with the answer to an image", async () => {
  const regions = [{ id: "a#0", ...face }];
  await using server = await grpcServer((router) => {
    router.service(PointService, {
      async *indexStream(requests) {
        for await (const { message } of requests) {
          if (message.case === "config") {
            yield { message: { case: "window", value: { maxUnansweredFrames: 1 } } };
          } else if (message.case === "item") {
            const outcome = { case: "result", value: { regions } } as const;
            yield { message: { case: "answer", value: { id: message.value.id, outcome } } };
          }
        }
      },
    });
  });
  await using client = connect(server.address);
  for await (const { result } of client.index("faces", [{ id: "a", image: new Uint8Array(8) }])) {
    assert.deepEqual(result?.regions, regions);
  }
});

test("a search is made with each part", async () => {
  const requests: unknown[] = [];
  await using server = await grpcServer((router) => {
    router.service(SearchService, {
      search(request) {
        requests.push(toJson(SearchRequestSchema, request));
        return { regions: [{ ...face, hits: [{ id: "a#0", score: 0.75 }] }] };
      },
    });
  });
  await using client = connect(server.address);
  const image = new Uint8Array();
  const { hits, regions } = await client.search("faces", { image, regionUse: "EACH" });
  assert.deepEqual([hits, regions], [[], [{ ...face, hits: [{ id: "a#0", score: 0.75 }] }]]);
  await client.search("faces", { image, regionUse: "WHOLE", offset: 10, groupBy: "image_id" });
  const request = { collection: "faces", image: { encoded: "" } };
  assert.deepEqual(requests, [
    { ...request, regionUse: "REGION_USE_EACH" },
    { ...request, regionUse: "REGION_USE_WHOLE", offset: 10, groupBy: "image_id" },
  ]);
});
