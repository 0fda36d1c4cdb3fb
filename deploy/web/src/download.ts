// Files that the page makes.

/** Has the browser save a file. */
export function download(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser reads it after this turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Has the browser save a value as JSON. */
export function downloadJson(name: string, value: unknown): void {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  download(name, new Blob([text], { type: "application/json" }));
}

/** The name of a file without what stands after the last dot, and without folders. */
export function stemOf(name: string): string {
  const last = name.split("/").at(-1) ?? name;
  return last.replace(/\.[^.]*$/, "") || "image";
}
