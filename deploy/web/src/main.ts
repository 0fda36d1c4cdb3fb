// The page: images, videos and the camera over gRPC-Web, to the origin that serves it.

import { connectWeb, type Model, ModelState, Task } from "@ocelli/client/web";
import { startDetecting } from "./detecting.js";
import { ignoreMissedDrops } from "./dropping.js";
import { element, fill } from "./element.js";
import { showFailure } from "./failure.js";
import { Searching } from "./searching.js";

const client = connectWeb(location.origin);
const server = element("server", HTMLElement);
const model = element("model", HTMLSelectElement);

function showModels(models: readonly Model[]): void {
  const detectors = models.filter(
    ({ task, state }) => task === Task.DETECT && state === ModelState.READY,
  );
  const preferred = detectors.find(({ isDefault }) => isDefault) ?? detectors[0];
  fill(
    model,
    detectors.map(({ name }) => name),
    preferred?.name ?? "",
  );
  const threshold = element("threshold", HTMLInputElement);
  threshold.value = String(preferred?.scoreThreshold ?? threshold.value);
  threshold.dispatchEvent(new Event("input"));
  server.textContent = `${location.host} · ${models.length} models`;
  server.dataset.state = "up";
}

ignoreMissedDrops();
startDetecting(client);
const searching = new Searching(client);
try {
  showModels(await client.listModels());
  await searching.refresh();
} catch (error) {
  server.textContent = `${location.host} does not answer as it should`;
  server.dataset.state = "down";
  showFailure(error);
}
