// Calls as Go programs.

import type { Comparison, Condition } from "./condition.js";
import { address, isSecure, text } from "./literals.js";
import type { Call, LookCall, SearchCall, Target } from "./snippets.js";

/** Writes a call in Go. */
export function go(target: Target, call: Call): string {
  const tls = isSecure(target) ? ", ocelli.WithTLS(ocelli.TLS{})" : "";
  const body = call.call === "search" ? search(call) : look(call);
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

function look({ call, file, model, scoreThreshold, labels }: LookCall): string[] {
  const [method, list, printed] = {
    detect: ["Detect", "Detections", '"%s %.2f %v\\n", found.Label, found.Score, found.Box'],
    classify: ["Classify", "Classifications", '"%s %.2f\\n", found.Label, found.Score'],
  }[call];
  return [
    ...goOptions(`${method}Options`, [
      ["Model", model && text(model)],
      ["ScoreThreshold", `ocelli.Ptr[float32](${scoreThreshold})`],
      ["Labels", labels.length && `[]string{${labels.map(text).join(", ")}}`],
    ]),
    `\tresult, err := client.${method}(context.Background(), ocelli.File(${text(file)}), options)`,
    ...FAIL,
    `\tfor _, found := range result.${list} {`,
    `\t\tfmt.Printf(${printed})`,
    "\t}",
  ];
}

function search({ collection, near, conditions, limit }: SearchCall): string[] {
  const query =
    "file" in near
      ? `ocelli.LikeImage(ocelli.File(${text(near.file)}))`
      : "text" in near
        ? `ocelli.LikeText(${text(near.text)})`
        : `ocelli.LikePoint(${text(near.id)})`;
  return [
    ...goOptions("SearchOptions", [
      ["Filter", conditions.length && goFilter(conditions)],
      ["Limit", String(limit)],
    ]),
    `\tnear := ${query}`,
    `\tresult, err := client.Search(context.Background(), ${text(collection)}, near, options)`,
    ...FAIL,
    "\tfor _, hit := range result.Hits {",
    "\t\tfmt.Println(hit.ID, hit.Score, hit.Payload)",
    "\t}",
  ];
}

const FAIL = ["\tif err != nil {", "\t\tlog.Fatal(err)", "\t}"];

/** A struct with those of its fields that have a value, laid out as gofmt does. */
function goOptions(type: string, fields: readonly [name: string, value: string | 0][]): string[] {
  const set = fields.filter(([, value]) => value);
  const width = Math.max(...set.map(([name]) => name.length)) + 2;
  const lines = set.map(([name, value]) => `\t\t${`${name}:`.padEnd(width)}${value},`);
  return [`\toptions := &ocelli.${type}{`, ...lines, "\t}"];
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
