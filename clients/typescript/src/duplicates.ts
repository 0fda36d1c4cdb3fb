// Points that are nearly the same, as an async iterable of groups.

import type { Client as Stub } from "@connectrpc/connect";
import type { SearchService } from "@ocelli/proto/ocelli/v1/search_pb";
import type { CallOptions, DuplicateOptions } from "./options.js";
import { type DuplicateGroup, readDuplicateGroup, readDuplicateProgress } from "./result.js";

/** Yields the groups as they come, and tells the progress before. Leaving the loop cancels the call. */
export async function* duplicates(
  stub: Stub<typeof SearchService>,
  collection: string,
  scoreThreshold: number,
  options: DuplicateOptions & CallOptions,
): AsyncGenerator<DuplicateGroup, void, undefined> {
  const { filter, withPayload, onProgress, timeoutMs } = options;
  const left = new AbortController();
  const signal = options.signal ? AbortSignal.any([left.signal, options.signal]) : left.signal;
  const request = { collection, filter, scoreThreshold, withPayload };
  try {
    for await (const { message } of stub.findDuplicates(request, { timeoutMs, signal })) {
      if (message.case === "group") {
        yield readDuplicateGroup(message.value);
      } else if (message.case === "progress") {
        onProgress?.(readDuplicateProgress(message.value));
      }
    }
  } finally {
    left.abort();
  }
}
