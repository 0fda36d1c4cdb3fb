// Whether what images show can be searched for in words.

import { InputKind, type Model, ModelState } from "@ocelli/client/web";

/** Whether a model takes texts, or one that serves and makes vectors of the same space does. */
export function findsWords(models: readonly Model[], name: string | undefined): boolean {
  const model = models.find((candidate) => candidate.name === name);
  return models.some(
    (other) =>
      other.inputKind === InputKind.TEXT &&
      other.state === ModelState.READY &&
      (other === model || (model?.space && other.space === model.space)),
  );
}
