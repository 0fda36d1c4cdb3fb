// What the page does as programs: for curl, Python and Go.

import type { Condition } from "./condition.js";
import { curl } from "./snippet-curl.js";
import { go } from "./snippet-go.js";
import { python } from "./snippet-python.js";

/** Where the page is served from, which is where programs call, too. */
export interface Target {
  /** `https:` or `http:`. */
  readonly protocol: string;
  /** Host and, if it is not that of the protocol, port. */
  readonly host: string;
}

/** What a model sees in one image. */
export interface LookCall {
  readonly call: "detect" | "classify";
  /** Name of the image's file. */
  readonly file: string;
  readonly model: string;
  readonly scoreThreshold: number;
  readonly labels: readonly string[];
}

/** A search near to the image of a file, to words or to a stored point. */
export interface SearchCall {
  readonly call: "search";
  readonly collection: string;
  readonly near: { readonly file: string } | { readonly text: string } | { readonly id: string };
  readonly conditions: readonly Condition[];
  readonly limit: number;
}

/** A call that can be written down. */
export type Call = LookCall | SearchCall;

/** The languages, and what writes in them. */
export const LANGUAGES: Record<string, (target: Target, call: Call) => string> = {
  curl,
  Python: python,
  Go: go,
};
