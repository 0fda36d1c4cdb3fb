// Indexes a folder of images, then searches it with one of them and prints the hits.
//
//     index [ADDRESS] [FOLDER OF IMAGES]

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { connect, OcelliError } from "@ocelli/client";

const COLLECTION = "example-typescript";

const [address = "127.0.0.1:8500", folder = ".ocelli/media"] = process.argv.slice(2);

async function* images() {
  for (const name of (await readdir(folder)).sort()) {
    if (/\.(jpe?g|png|webp|bmp|tiff?)$/i.test(name)) {
      yield { id: name, image: { path: join(folder, name) }, payload: { folder } };
    }
  }
}

const client = connect(address);
try {
  const existing = await client.listCollections();
  if (!existing.some(({ name }) => name === COLLECTION)) {
    await client.createCollection({ name: COLLECTION, fields: { folder: "KEYWORD" } });
  }
  const stored: string[] = [];
  for await (const { id, error } of client.index(COLLECTION, images())) {
    if (error) {
      console.log(`${id}: ${error.message}`);
    } else {
      stored.push(id);
    }
  }
  console.log(`${stored.length} images of ${folder} stored in "${COLLECTION}"`);
  const [first] = stored;
  if (first) {
    console.log(`most like ${first}:`);
    const query = { image: { path: join(folder, first) }, limit: 3 };
    for (const { id, score } of (await client.search(COLLECTION, query)).hits) {
      console.log(`  ${score.toFixed(3)}  ${id}`);
    }
  }
} catch (error) {
  if (!(error instanceof OcelliError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.close();
}
