// Where the labels of boxes stand, so that none covers another.

/** A rectangle with its top left corner. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box and how much room its label takes. */
export interface Labelled {
  readonly box: Rect;
  readonly width: number;
  readonly height: number;
}

/**
 * Finds a place for each label, in the order given: at its box, within the bounds, and clear of the
 * labels before it. A label that has none is undefined.
 */
export function placeLabels(labels: readonly Labelled[], bounds: Rect): (Rect | undefined)[] {
  const placed: Rect[] = [];
  return labels.map((label) => {
    const found = candidates(label, bounds).find(
      (place) => isWithin(place, bounds) && !placed.some((other) => overlap(place, other)),
    );
    if (found) {
      placed.push(found);
    }
    return found;
  });
}

/** Places at the edges of a box, the best first: above, below, inside, beside. */
function candidates({ box, width, height }: Labelled, bounds: Rect): Rect[] {
  const end = box.left + box.width - width;
  const bottom = box.top + box.height;
  const last = Math.max(bounds.left, bounds.left + bounds.width - width);
  const within = (left: number) => Math.min(Math.max(left, bounds.left), last);
  const rows: [top: number, ...lefts: number[]][] = [
    [box.top - height, within(box.left), within(end)],
    [bottom, within(box.left), within(end)],
    [Math.max(box.top, bounds.top), within(box.left), within(end)],
    [bottom - height, within(box.left), within(end)],
    [box.top, box.left - width, box.left + box.width],
    [bottom - height, box.left - width, box.left + box.width],
  ];
  return rows.flatMap(([top, ...lefts]) => lefts.map((left) => ({ left, top, width, height })));
}

function isWithin(place: Rect, bounds: Rect): boolean {
  return (
    place.left >= bounds.left &&
    place.top >= bounds.top &&
    place.left + place.width <= bounds.left + bounds.width &&
    place.top + place.height <= bounds.top + bounds.height
  );
}

/** Whether two rectangles have more than an edge in common. */
export function overlap(one: Rect, other: Rect): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}
