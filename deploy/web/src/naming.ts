// What is seen, in words and colours.

/** What has a class: an object, or what is said of a whole image. */
export interface Named {
  readonly label: string;
  readonly classId: number;
  readonly score: number;
}

/** The name of a class. */
export function nameOf({ label, classId }: Named): string {
  return label || `class ${classId}`;
}

/** A score, for people. */
export function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

/** Both. */
export function captionOf(named: Named): string {
  return `${nameOf(named)} ${percent(named.score)}`;
}

/** A colour for each class: hues that lie far apart, dark enough for white letters. */
export function colorOf({ classId }: Named): string {
  return `hsl(${Math.round((174 + classId * 137.5) % 360)} 72% 33%)`;
}
