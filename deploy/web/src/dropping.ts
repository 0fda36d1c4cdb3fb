// Files that are dropped on a zone of the page or chosen in its input.

/** Calls `take` with each file that is dropped on `zone` or chosen with `input`. */
export function onFile(
  zone: HTMLElement,
  input: HTMLInputElement,
  take: (file: File) => void,
): void {
  const first = (files: readonly File[]) => {
    if (files[0]) {
      take(files[0]);
    }
  };
  onFiles(zone, input, first);
}

/** Calls `take` with the files that are dropped on `zone` or chosen with `input` at once. */
export function onFiles(
  zone: HTMLElement,
  input: HTMLInputElement,
  take: (files: readonly File[]) => void,
): void {
  const over = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  };
  zone.addEventListener("dragenter", (event) => over(event, true));
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  const pass = (files: FileList | undefined | null) => {
    if (files?.length) {
      take([...files]);
    }
  };
  zone.addEventListener("drop", (event) => {
    over(event, false);
    pass(event.dataTransfer?.files);
  });
  input.addEventListener("change", () => {
    pass(input.files);
    input.value = ""; // the same file again is a change, too
  });
}

/** Keeps the browser from leaving the page for a file that misses every zone. */
export function ignoreMissedDrops(): void {
  for (const kind of ["dragover", "drop"] as const) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
}
