// Calls as Python programs.

import type { Comparison, Condition } from "./condition.js";
import { address, isSecure, text } from "./literals.js";
import type { Call, LookCall, SearchCall, Target } from "./snippets.js";

/** Writes a call in Python. */
export function python(target: Target, call: Call): string {
  const filter = call.call === "search" ? pythonFilter(call.conditions) : "";
  const used = ["all_of", "equals", "none_of", "range_"].filter((name) =>
    filter.includes(`${name}(`),
  );
  const names = [...used, "connect"].toSorted();
  const tls = isSecure(target) ? ", tls=True" : "";
  const body = call.call === "search" ? search(call, filter) : look(call);
  return [
    `from ocelli.client import ${names.join(", ")}`,
    "",
    `with connect(${text(address(target))}${tls}) as client:`,
    ...body,
    "",
  ].join("\n");
}

function look({ call, file, model, scoreThreshold, labels }: LookCall): string[] {
  return [
    `    result = client.${call}(`,
    `        ${text(file)},`,
    ...(model ? [`        model=${text(model)},`] : []),
    `        score_threshold=${scoreThreshold},`,
    ...(labels.length ? [`        labels=[${labels.map(text).join(", ")}],`] : []),
    "    )",
    ...(call === "detect"
      ? [
          "    for found in result.detections:",
          "        print(found.label, round(found.score, 2), found.box)",
        ]
      : [
          "    for found in result.classifications:",
          "        print(found.label, round(found.score, 2))",
        ]),
  ];
}

function search({ collection, near, limit }: SearchCall, filter: string): string[] {
  return [
    "    hits = client.search(",
    `        ${text(collection)},`,
    "file" in near
      ? `        image=${text(near.file)},`
      : "text" in near
        ? `        text=${text(near.text)},`
        : `        id=${text(near.id)},`,
    ...(filter ? [`        filter=${filter},`] : []),
    `        limit=${limit},`,
    "    )",
    "    for hit in hits:",
    "        print(hit.id, round(hit.score, 3), hit.payload)",
  ];
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

function pythonScalar(value: Condition["value"]): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
}
