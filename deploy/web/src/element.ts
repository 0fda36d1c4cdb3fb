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
  fillGroups(select, { "": names }, first);
}

/** Does so with groups of names, which have headings where there are several. */
export function fillGroups(
  select: HTMLSelectElement,
  groups: Readonly<Record<string, readonly string[]>>,
  first: string,
): void {
  const filled = Object.entries(groups).filter(([, names]) => names.length > 0);
  const all = filled.flatMap(([, names]) => names);
  const chosen = all.includes(select.value) ? select.value : first;
  const optionsOf = (names: readonly string[]) =>
    names.map((name) => new Option(name, name, false, name === chosen));
  const headed = filled.map(([label, names]) => {
    const group = document.createElement("optgroup");
    group.label = label;
    group.append(...optionsOf(names));
    return group;
  });
  select.replaceChildren(...(headed.length > 1 ? headed : optionsOf(all)));
  select.disabled = all.length === 0;
}
