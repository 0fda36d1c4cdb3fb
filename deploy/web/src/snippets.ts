// What the page does as programs: for curl, Python and Go.

import type { Comparison, Condition } from "./condition.js";

/** Where the page is served from, which is where programs call, too. */
export interface Target {
  /** `https:` or `http:`. */
  readonly protocol: string;
  /** Host and, if it is not that of the protocol, port. */
  readonly host: string;
}

/** Detection in one image. */
export interface DetectCall {
  readonly call: "detect";
  /** Name of the image's file. */
  readonly file: string;
  readonly model: string;
  readonly scoreThreshold: number;
  readonly labels: readonly string[];
}

/** A search near to the image of a file or to a stored point. */
export interface SearchCall {
  readonly call: "search";
  readonly collection: string;
  readonly near: { readonly file: string } | { readonly id: string };
  readonly conditions: readonly Condition[];
  readonly limit: number;
}

/** A call that can be written down. */
export type Call = DetectCall | SearchCall;

/** The languages, and what writes in them. */
export const LANGUAGES: Record<string, (target: Target, call: Call) => string> = {
  curl,
  Python: python,
  Go: go,
};

function curl({ protocol, host }: Target, call: Call): string {
  const [path, request] =
    call.call === "detect"
      ? [
          "/v1/detect",
          {
            model: call.model || undefined,
            options: { scoreThreshold: call.scoreThreshold, labels: filled(call.labels) },
          },
        ]
      : [
          `/v1/collections/${call.collection}:search`,
          {
            id: "id" in call.near ? call.near.id : undefined,
            filter: jsonFilter(call.conditions),
            limit: call.limit,
          },
        ];
  const file =
    call.call === "detect" ? call.file : "file" in call.near ? call.near.file : undefined;
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

function python(target: Target, call: Call): string {
  const filter = call.call === "search" ? pythonFilter(call.conditions) : "";
  const used = ["all_of", "equals", "none_of", "range_"].filter((name) =>
    filter.includes(`${name}(`),
  );
  const names = [...used, "connect"].toSorted();
  const tls = isSecure(target) ? ", tls=True" : "";
  const body =
    call.call === "detect"
      ? [
          "    result = client.detect(",
          `        ${text(call.file)},`,
          ...(call.model ? [`        model=${text(call.model)},`] : []),
          `        score_threshold=${call.scoreThreshold},`,
          ...(call.labels.length ? [`        labels=[${call.labels.map(text).join(", ")}],`] : []),
          "    )",
          "    for found in result.detections:",
          "        print(found.label, round(found.score, 2), found.box)",
        ]
      : [
          "    hits = client.search(",
          `        ${text(call.collection)},`,
          "id" in call.near
            ? `        id=${text(call.near.id)},`
            : `        image=${text(call.near.file)},`,
          ...(filter ? [`        filter=${filter},`] : []),
          `        limit=${call.limit},`,
          "    )",
          "    for hit in hits:",
          "        print(hit.id, round(hit.score, 3), hit.payload)",
        ];
  return [
    `from ocelli.client import ${names.join(", ")}`,
    "",
    `with connect(${text(address(target))}${tls}) as client:`,
    ...body,
    "",
  ].join("\n");
}

function go(target: Target, call: Call): string {
  const tls = isSecure(target) ? ", ocelli.WithTLS(ocelli.TLS{})" : "";
  const body =
    call.call === "detect"
      ? [
          ...goOptions("DetectOptions", [
            ["Model", call.model && text(call.model)],
            ["ScoreThreshold", `ocelli.Ptr[float32](${call.scoreThreshold})`],
            ["Labels", call.labels.length && `[]string{${call.labels.map(text).join(", ")}}`],
          ]),
          `\tresult, err := client.Detect(context.Background(), ocelli.File(${text(call.file)}), options)`,
          ...FAIL,
          "\tfor _, found := range result.Detections {",
          '\t\tfmt.Printf("%s %.2f %v\\n", found.Label, found.Score, found.Box)',
          "\t}",
        ]
      : [
          ...goOptions("SearchOptions", [
            ["Filter", call.conditions.length && goFilter(call.conditions)],
            ["Limit", String(call.limit)],
          ]),
          `\tnear := ${
            "id" in call.near
              ? `ocelli.LikePoint(${text(call.near.id)})`
              : `ocelli.LikeImage(ocelli.File(${text(call.near.file)}))`
          }`,
          `\tresult, err := client.Search(context.Background(), ${text(call.collection)}, near, options)`,
          ...FAIL,
          "\tfor _, hit := range result.Hits {",
          "\t\tfmt.Println(hit.ID, hit.Score, hit.Payload)",
          "\t}",
        ];
  return [
    "package main",
    "",
    "import (",
    '\t"context"',
    '\t"fmt"',
    '\t"log"',
    "",
    '\t"github.com/ocelli-vision/ocelli/clients/go"',
    ")",
    "",
    "func main() {",
    `\tclient, err := ocelli.Connect(${text(address(target))}${tls})`,
    ...FAIL,
    "\tdefer client.Close()",
    ...body,
    "}",
    "",
  ].join("\n");
}

const FAIL = ["\tif err != nil {", "\t\tlog.Fatal(err)", "\t}"];

/** A struct with those of its fields that have a value, laid out as gofmt does. */
function goOptions(type: string, fields: readonly [name: string, value: string | 0][]): string[] {
  const set = fields.filter(([, value]) => value);
  const width = Math.max(...set.map(([name]) => name.length)) + 2;
  const lines = set.map(([name, value]) => `\t\t${`${name}:`.padEnd(width)}${value},`);
  return [`\toptions := &ocelli.${type}{`, ...lines, "\t}"];
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

function pythonFilter(conditions: readonly Condition[]): string {
  const filters = conditions.map(({ field, comparison, value }) => {
    const [name, scalar] = [text(field), pythonScalar(value)];
    const forms: Record<Comparison, string> = {
      is: `equals(${name}, ${scalar})`,
      "is not": `none_of(equals(${name}, ${scalar}))`,
      "at least": `range_(${name}, gte=${scalar})`,
      "at most": `range_(${name}, lte=${scalar})`,
    };
    return forms[comparison];
  });
  return filters.length > 1 ? `all_of(${filters.join(", ")})` : (filters[0] ?? "");
}

function goFilter(conditions: readonly Condition[]): string {
  const filters = conditions.map(({ field, comparison, value }) => {
    const [name, scalar] = [text(field), JSON.stringify(value)];
    const forms: Record<Comparison, string> = {
      is: `ocelli.Equals(${name}, ${scalar})`,
      "is not": `ocelli.NoneOf(ocelli.Equals(${name}, ${scalar}))`,
      "at least": `ocelli.AtLeast(${name}, ${scalar})`,
      "at most": `ocelli.AtMost(${name}, ${scalar})`,
    };
    return forms[comparison];
  });
  return filters.length > 1 ? `ocelli.AllOf(${filters.join(", ")})` : (filters[0] ?? "");
}

function pythonScalar(value: Condition["value"]): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
}

/** A string literal; JSON's are Python's and Go's, too. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** A word for a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length ? list : undefined;
}

function isSecure({ protocol }: Target): boolean {
  return protocol === "https:";
}

/** Host and port as gRPC wants them. */
function address(target: Target): string {
  const hasPort = /:\d+$/.test(target.host);
  return hasPort ? target.host : `${target.host}:${isSecure(target) ? 443 : 80}`;
}
