// What programs of several languages write alike.

import type { Target } from "./snippets.js";

/** A string literal; JSON's are Python's and Go's, too. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** Whether programs speak TLS. */
export function isSecure({ protocol }: Target): boolean {
  return protocol === "https:";
}

/** Host and port as gRPC wants them. */
export function address(target: Target): string {
  const hasPort = /:\d+$/.test(target.host);
  return hasPort ? target.host : `${target.host}:${isSecure(target) ? 443 : 80}`;
}
