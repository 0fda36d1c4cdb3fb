// What came of a case, and whether that is what was expected.

import type { OcelliError } from "@ocelli/client";
import { isObject, type Json, type JsonObject } from "./json.js";
import { difference, errorDifference, first } from "./match.js";
import type { Expectation } from "./plan.js";

/** One answer of a stream: what identifies it, the message's keys, and the SDK's error. */
export interface Answer {
  key: string;
  json: JsonObject;
  error: OcelliError | undefined;
}

/** What came of a case. */
export interface Observed {
  response?: Json | undefined;
  /** The windows of a stream, in order. */
  windows: Json[];
  /** What was sent, by `frameId` or `id`, as far as it is known. */
  sent: string[];
  answers: Answer[];
  error?: OcelliError | undefined;
}

/** Tells in one line what is not as expected; undefined if all is. */
export function judge(expect: Expectation, seen: Observed, durationMs: number): string | undefined {
  const { answers } = seen;
  const checks = [
    () =>
      expect.error
        ? errorDifference(expect.error, seen.error)
        : seen.error && `it ended with an error: ${seen.error.message}`,
    () => compared("response", expect.response, seen.response),
    () => compared("window", expect.window, seen.windows[0]),
    () => expect.windows && difference(expect.windows, seen.windows, "windows"),
    () => counted(expect.count ?? expect.answers?.length, answers.length),
    () =>
      first([...(expect.answers ?? []).entries()], ([at, expected]) =>
        answerDifference(expected, answers[at] as Answer, `answers[${at}]`),
      ),
    () =>
      first([...answers.entries()], ([at, answer]) =>
        answerDifference(expect.each ?? {}, answer, `answers[${at}]`),
      ),
    () => difference(expect.outcomes ?? {}, outcomes(answers), "outcomes"),
    () =>
      expect.in_order
        ? first([...answers.entries()], ([at, { key }]) =>
            key === seen.sent[at]
              ? undefined
              : `answer ${at} is to ${key}, sent was ${seen.sent[at]}`,
          )
        : undefined,
    () =>
      durationMs > (expect.within_ms ?? Number.POSITIVE_INFINITY)
        ? `it took ${durationMs} ms, expected at most ${expect.within_ms}`
        : undefined,
    () =>
      durationMs < (expect.at_least_ms ?? 0)
        ? `it took ${durationMs} ms, expected at least ${expect.at_least_ms}`
        : undefined,
  ];
  return first(checks, (check) => check());
}

function compared(name: string, expected: Json | undefined, found: Json | undefined) {
  if (expected === undefined) {
    return undefined;
  }
  return found === undefined ? `there was no ${name}` : difference(expected, found, name);
}

function counted(expected: number | undefined, found: number): string | undefined {
  return expected === undefined || expected === found
    ? undefined
    : `expected ${expected} answers, found ${found}`;
}

function answerDifference(expected: JsonObject, answer: Answer, path: string): string | undefined {
  const { error, ...rest } = expected;
  const differing = isObject(error) ? errorDifference(error, answer.error) : undefined;
  if (differing) {
    return `${path}: ${differing}`;
  }
  const failed = answer.error ? ` (its error: ${answer.error.message})` : "";
  const other = difference(rest, answer.json, path);
  return other && other + failed;
}

function outcomes(answers: readonly Answer[]): JsonObject {
  const counts = { result: 0, error: 0, dropped: 0 };
  for (const { json, error } of answers) {
    counts[error ? "error" : "dropped" in json ? "dropped" : "result"]++;
  }
  return counts;
}
