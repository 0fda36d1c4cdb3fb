// The page: images, videos and the camera over gRPC-Web, to the origin that serves it.

import { connectWeb, ModelState, Task } from "@ocelli/client/web";
import { startCode } from "./code.js";
import { ignoreMissedDrops } from "./dropping.js";
import { element } from "./element.js";
import { showFailure } from "./failure.js";
import { keyOfPage } from "./key.js";
import { Looking } from "./looking.js";
import { loadSamples } from "./samples.js";
import { Searching } from "./searching.js";
import { startTheme } from "./theme.js";

const LOOKING: ReadonlySet<Task> = new Set([Task.DETECT, Task.CLASSIFY]);

const token = keyOfPage();
const client = connectWeb(location.origin, token ? { token } : {});
const server = element("server", HTMLElement);

startTheme();
startCode();
ignoreMissedDrops();
const looking = new Looking(client);
const searching = new Searching(client);
try {
  const [models, samples] = await Promise.all([client.listModels(), loadSamples()]);
  looking.describe(
    models.filter(({ task, state }) => LOOKING.has(task) && state === ModelState.READY),
  );
  looking.offer(samples);
  searching.offer(samples);
  await searching.refresh();
  server.textContent = `${location.host} · ${models.length} models`;
  server.dataset.state = "up";
} catch (error) {
  server.textContent = `${location.host} does not answer as it should`;
  server.dataset.state = "down";
  showFailure(error);
}
