// Elements of the page, found by id and checked once.

/** Finds an element that the page has; throws if it has not, or has it of another kind. */
export function element<E extends HTMLElement>(id: string, kind: abstract new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    throw new Error(`the page has no ${kind.name} "${id}"`);
  }
  return found;
}

/** Makes an element with a class and a text. */
export function make(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Fills a select with names, keeping the chosen one if it is still among them. */
export function fill(select: HTMLSelectElement, names: readonly string[], first: string): void {
  const chosen = names.includes(select.value) ? select.value : first;
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  select.disabled = names.length === 0;
}

/** Fills a select with groups of names, without headings where there is only one. */
export function fillGroups(
  select: HTMLSelectElement,
  groups: Readonly<Record<string, readonly string[]>>,
  first: string,
): void {
  fill(select, Object.values(groups).flat(), first);
  const filled = Object.entries(groups).filter(([, names]) => names.length > 0);
  if (filled.length < 2) {
    return;
  }
  const options = [...select.options];
  for (const [label, names] of filled) {
    const group = document.createElement("optgroup");
    group.label = label;
    group.append(...options.splice(0, names.length));
    select.append(group);
  }
}
