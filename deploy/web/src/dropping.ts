// Files that are dropped on a zone of the page or chosen in its input.

/** Calls `take` with each file that is dropped on `zone` or chosen with `input`. */
export function onFile(
  zone: HTMLElement,
  input: HTMLInputElement,
  take: (file: File) => void,
): void {
  const over = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  };
  zone.addEventListener("dragenter", (event) => over(event, true));
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    const file = event.dataTransfer?.files[0];
    if (file) {
      take(file);
    }
  });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = ""; // the same file again is a change, too
    if (file) {
      take(file);
    }
  });
}

/** Keeps the browser from leaving the page for a file that misses every zone. */
export function ignoreMissedDrops(): void {
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
}
