// Which model looks, and what it is to report.

import type { Model } from "@ocelli/client/web";
import { element, fillGroups } from "./element.js";
import { LabelFilter } from "./label-filter.js";
import { isClassifier, type Look } from "./look.js";

const select = element("model", HTMLSelectElement);
const threshold = element("threshold", HTMLInputElement);

/** The choices above the stage. */
export class ModelChoice {
  readonly #labels: LabelFilter;
  #models: readonly Model[] = [];

  /** Makes the inputs work; `changed` is called whenever something else is chosen. */
  constructor(changed: () => void) {
    this.#labels = new LabelFilter(changed);
    threshold.addEventListener("input", () => {
      element("threshold-value", HTMLOutputElement).value = Number(threshold.value).toFixed(2);
    });
    threshold.addEventListener("change", changed);
    select.addEventListener("change", () => {
      this.#showModel();
      changed();
    });
  }

  /** What is chosen. */
  get look(): Look {
    return {
      model: this.#models.find(({ name }) => name === select.value),
      scoreThreshold: Number(threshold.value),
      labels: this.#labels.chosen,
    };
  }

  /** Shows which models there are: those that find objects first. */
  describe(models: readonly Model[]): void {
    this.#models = models;
    const classifiers = models.filter(isClassifier);
    const detectors = models.filter((model) => !classifiers.includes(model));
    const ordered = [...detectors, ...classifiers];
    const preferred = ordered.find(({ isDefault }) => isDefault) ?? ordered[0];
    const groups = { Objects: namesOf(detectors), Classes: namesOf(classifiers) };
    fillGroups(select, groups, preferred?.name ?? "");
    this.#showModel();
  }

  #showModel(): void {
    const { model } = this.look;
    threshold.value = String(model?.scoreThreshold ?? (isClassifier(model) ? 0 : threshold.value));
    threshold.dispatchEvent(new Event("input"));
    this.#labels.describe(model?.labels ?? []);
  }
}

function namesOf(models: readonly Model[]): readonly string[] {
  return models.map(({ name }) => name);
}
