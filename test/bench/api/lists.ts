import { type Figure, median, spread } from "../measure.ts";
import type { BenchServer } from "./bench-server.ts";

const rounds = 11;
const path = "/api/v1/namespaces/default/configmaps";
const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };

/** From the request to the last byte of the body, over one kept connection; the first of a start is among them. */
export async function benchLists(server: BenchServer, objects: number): Promise<Figure[]> {
  await server.get("/api/v1/namespaces");
  const json: number[] = [];
  const rows: number[] = [];
  let [jsonBytes, tableBytes] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    let startedAt = performance.now();
    jsonBytes = await server.get(path);
    json.push(performance.now() - startedAt);
    startedAt = performance.now();
    tableBytes = await server.get(path, table);
    rows.push(performance.now() - startedAt);
  }
  return [
    listFigure(`list of ${objects} ConfigMaps as JSON (${megabytes(jsonBytes)})`, json, 150),
    listFigure(`the same as Table (${megabytes(tableBytes)})`, rows, 100),
  ];
}

function listFigure(work: string, times: readonly number[], barMs: number): Figure {
  const measured = `${spread(times)}, the first ${times[0]?.toFixed(0)} ms`;
  return { work, reference: "", measured, bar: `≤ ${barMs} ms`, met: median(times) <= barMs };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
