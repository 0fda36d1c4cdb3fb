// The API key for an edge that asks for one: given in the address of the page, kept for its tab.

const NAME = "ocelli-key";

/** The key of `#key=…`, which leaves the address bar, or the one that was given in this tab before. */
export function keyOfPage(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    sessionStorage.setItem(NAME, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(NAME) ?? undefined;
}
