// The list beside the stage: objects, or classes of the whole image.

import type { Classification, Detection } from "@ocelli/client/web";
import { element, make } from "./element.js";
import { colorOf, type Named, nameOf, percent } from "./naming.js";

const list = element("found", HTMLOListElement);
const title = element("found-title", HTMLElement);
const none = element("found-none", HTMLElement);

/** Lists objects; `point` is called with the one that the pointer is on, or undefined when it leaves. */
export function listObjects(
  detections: readonly Detection[],
  point: (detection: Detection | undefined) => void,
): void {
  const rows = detections.map((detection) => {
    const row = rowOf(detection);
    row.addEventListener("pointerenter", () => point(detection));
    row.addEventListener("pointerleave", () => point(undefined));
    return row;
  });
  title.textContent = "Found";
  none.textContent = "Nothing that was asked for; try a lower score or more labels.";
  show(rows);
  list.tabIndex = rows.length ? 0 : -1;
}

/** Lists classes, each with a bar as long as its score. */
export function listClasses(classifications: readonly Classification[]): void {
  title.textContent = "Classes";
  none.textContent = "No class that was asked for; try a lower score or more labels.";
  show(
    classifications.map((classification) => {
      const bar = document.createElement("meter");
      bar.value = classification.score;
      bar.setAttribute("aria-hidden", "true");
      return rowOf(classification, bar);
    }),
  );
  list.tabIndex = -1;
}

/** Lists nothing, and says what will be listed. */
export function clearFound(): void {
  show([]);
  title.textContent = "Found";
  none.textContent = "What is seen is listed here.";
  list.tabIndex = -1;
}

/** Highlights the row at a position; none for -1. */
export function highlightRow(position: number): void {
  for (const [at, row] of [...list.children].entries()) {
    row.classList.toggle("highlighted", at === position);
    if (at === position) {
      row.scrollIntoView({ block: "nearest" });
    }
  }
}

function show(rows: readonly HTMLElement[]): void {
  list.replaceChildren(...rows);
  element("count", HTMLElement).textContent = rows.length ? String(rows.length) : "";
  none.hidden = rows.length > 0;
}

function rowOf(named: Named, ...beside: readonly HTMLElement[]): HTMLElement {
  const row = document.createElement("li");
  const label = make("span", "label", nameOf(named));
  row.append(swatch(colorOf(named)), label, ...beside, make("span", "score", percent(named.score)));
  return row;
}

/** A dot of a colour; an SVG, because the page's policy allows no inline styles. */
function swatch(color: string): SVGElement {
  const [dot, circle] = ["svg", "circle"].map((name) =>
    document.createElementNS("http://www.w3.org/2000/svg", name),
  ) as [SVGElement, SVGElement];
  const attributes = { cx: "6", cy: "6", r: "6", fill: color };
  for (const [name, value] of Object.entries(attributes)) {
    circle.setAttribute(name, value);
  }
  dot.setAttribute("class", "swatch");
  dot.setAttribute("width", "12");
  dot.setAttribute("height", "12");
  dot.append(circle);
  return dot;
}
