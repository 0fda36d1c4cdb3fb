// What the packages promise those who install them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inRepository } from "./target.js";

interface Manifest {
  license: string;
  repository: { directory: string };
  publishConfig: { access: string };
  engines?: { node: string };
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

async function read<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(inRepository(path), "utf8"));
}

const minimum = (range: string) => Number(range.replace(">=", ""));

for (const folder of ["clients/typescript", "gen/typescript"]) {
  test(`${folder} can be published, and shares what it depends on`, async () => {
    const manifest = await read<Manifest>(`${folder}/package.json`);
    assert.equal(manifest.repository.directory, folder);
    assert.equal(manifest.publishConfig.access, "public");
    const license = await readFile(inRepository(`${folder}/LICENSE`), "utf8");
    assert.equal(license, await readFile(inRepository("LICENSE"), "utf8"));
    const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const [name, range] of Object.entries(ranges)) {
      assert.match(range, /^\^\d/, name);
    }
  });
}

test("the client asks for a Node that its dependencies take", async () => {
  const root = "clients/typescript";
  const { engines, dependencies } = await read<Manifest>(`${root}/package.json`);
  for (const name of Object.keys(dependencies)) {
    const dependency = await read<Manifest>(`${root}/node_modules/${name}/package.json`);
    const needed = minimum(dependency.engines?.node ?? ">=0");
    assert.ok(minimum(engines?.node ?? "") >= needed, `${name} needs ${needed}`);
  }
});
