// Calls as commands of a shell.

import type { Comparison, Condition } from "./condition.js";
import type { Call, LookCall, SearchCall, Target } from "./snippets.js";

/** Writes a call for curl, in the contract's JSON. */
export function curl({ protocol, host }: Target, call: Call): string {
  const [path, file, request] = call.call === "search" ? search(call) : look(call);
  const send = `curl --silent --fail-with-body ${quoted(`${protocol}//${host}${path}`)}`;
  if (file === undefined) {
    return `${send} \\\n  -d ${quoted(JSON.stringify(request))}\n`;
  }
  const rest = JSON.stringify(request).slice(1);
  const format = rest.replaceAll("\\", "\\\\").replaceAll("%", "%%");
  return [
    `printf ${quoted(`{"image":{"encoded":"%s"},${format}`)} \\`,
    `  "$(base64 < ${quoted(file)} | tr -d '\\n')" |`,
    `  ${send} -d @-`,
    "",
  ].join("\n");
}

type Request = [path: string, file: string | undefined, request: object];

function look({ call, file, model, scoreThreshold, labels }: LookCall): Request {
  const options = { scoreThreshold, labels: filled(labels) };
  return [`/v1/${call}`, file, { model: model || undefined, options }];
}

function search({ collection, near, conditions, limit }: SearchCall): Request {
  const { file, ...rest } = "file" in near ? near : { ...near, file: undefined };
  const request = { ...rest, filter: jsonFilter(conditions), limit };
  return [`/v1/collections/${collection}:search`, file, request];
}

function jsonFilter(conditions: readonly Condition[]): object | undefined {
  const filters = conditions.map(({ field, comparison, value }) => {
    const forms: Record<Comparison, object> = {
      is: { equals: { field, value } },
      "is not": { noneOf: { filters: [{ equals: { field, value } }] } },
      "at least": { range: { field, gte: value } },
      "at most": { range: { field, lte: value } },
    };
    return forms[comparison];
  });
  return filters.length > 1 ? { allOf: { filters } } : filters[0];
}

/** A word for a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length ? list : undefined;
}
