// Lists that come in pages.

/** Most items of a page that the server gives. */
export const MAX_PAGE_SIZE = 1000;

/** One page of a list. */
export interface Page<T> {
  /** What is on it. */
  readonly items: readonly T[];
  /** For the next page; empty: there is none. */
  readonly nextPageToken: string;
}

/** Gets a page: the first for an empty token. */
export type GetPage<T> = (pageToken: string) => Promise<Page<T>>;

/** Yields the items of all pages. A page is asked for when the items before it are taken. */
export async function* overPages<T>(getPage: GetPage<T>): AsyncGenerator<T, void, undefined> {
  let pageToken = "";
  do {
    const { items, nextPageToken } = await getPage(pageToken);
    yield* items;
    pageToken = nextPageToken;
  } while (pageToken);
}

/** Gathers the items of all pages. */
export async function allOfPages<T>(getPage: GetPage<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of overPages(getPage)) {
    found.push(item);
  }
  return found;
}
