// Calls that the server refused before it processed them.

// HTTP/2 says so by an error code of the stream, of which errors as they are thrown have only words.
const refused = new WeakSet<object>();

/** Notes that an error is that of a call which was never processed. */
export function noteRefused(error: object): void {
  refused.add(error);
}

/** Whether an error, or what caused it, is that of a call which was never processed: it may be repeated. */
export function wasRefused(error: unknown): boolean {
  for (let found = error; found instanceof Error; found = found.cause) {
    if (refused.has(found)) {
      return true;
    }
  }
  return false;
}
