// The real server that tests talk to.

import { fileURLToPath } from "node:url";

/** Address of a running server. */
export function target(): string {
  const address = process.env.OCELLI_TARGET;
  if (!address) {
    throw new Error("OCELLI_TARGET is not set; run `make test-typescript`, which starts a server");
  }
  return address;
}

/** A file of the repository. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
}

/** An image of the repository, with objects in it. */
export const PHOTO = { path: inRepository("docs/detections.jpg") };
