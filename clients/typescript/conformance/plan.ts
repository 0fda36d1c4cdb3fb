// The plan of a run, as tests/conformance/README.md specifies it.

import type { Json, JsonObject } from "./json.js";

/** What is to be executed. */
export interface Plan {
  language: string;
  targets: Record<string, string>;
  tls: { ca: string; other_ca: string; client_cert: string; client_key: string };
  tokens: Record<string, string>;
  files: string;
  cases: Case[];
  golden: { name: string; type: string; json: Json }[];
}

/** One case. Which keys it has depends on its kind. */
export interface Case {
  id: string;
  kind: "unary" | "duplicates" | "stream" | "file" | "drain" | "health";
  target: string;
  timeout_ms?: number;
  tls?: "ca" | "other_ca" | "mutual";
  token?: string;
  rpc?: string;
  request?: Json;
  config?: JsonObject;
  frames?: Json[];
  repeat?: number;
  pause_ms?: number;
  cancel_after?: number;
  path?: string;
  drain_after?: number;
  service?: string;
  expect: Expectation;
}

/** What is to come of a case. */
export interface Expectation {
  response?: Json;
  window?: Json;
  windows?: Json[];
  answers?: JsonObject[];
  each?: JsonObject;
  count?: number;
  outcomes?: Record<string, Json>;
  in_order?: boolean;
  error?: JsonObject;
  within_ms?: number;
  at_least_ms?: number;
}
