import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { kinds } from "../../pkg/api/index.ts";
import { findProgram } from "../support/programs.ts";
import { afterwards } from "./afterwards.ts";
import { type CrowdedWorld, openCrowdedWorld } from "./console/crowded-world.ts";
import { frameCosts, type TraceEvent } from "./console/frame-costs.ts";
import { type Figure, type Figures, median, quantile, spread } from "./measure.ts";

const machines = Number(process.env["BENCH_AGENTS"] ?? 1000);
const changesPerSecond = 500;
/** Of each page. */
const traceMs = 10_000;
const heapMinutes = Number(process.env["BENCH_MINUTES"] ?? 5);
const pages = ["/map", "/applications", "/objects/processes", "/events"];

/** The console in Chromium: first view, a change until it is seen, frames and memory while much changes. */
export async function* benchConsole(): Figures {
  const world = await openCrowdedWorld(machines);
  afterwards(() => world.close());
  const browser = await chromium.launch({
    executablePath: findProgram("chromium") ?? "",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
  afterwards(() => browser.close());
  yield* await firstViews(browser, world);
  yield await changeSeen(browser, world);
  afterwards(world.churn(changesPerSecond));
  for (const path of pages) yield await frames(browser, world, path);
  yield await heap(browser, world);
}

async function open(browser: Browser, world: CrowdedWorld): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(world.newLink());
  return page;
}

/** With an empty cache each: from the address to the first machine that is shown; what went over the wire. */
async function firstViews(browser: Browser, world: CrowdedWorld): Promise<Figure[]> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 5; round++) {
    const page = await open(browser, world);
    await page.goto("about:blank");
    const wire = await page.context().newCDPSession(page);
    await wire.send("Network.enable");
    await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
    bytes = 0;
    const kindOf = new Map<string, string>();
    wire.on("Network.responseReceived", ({ requestId, type }) => kindOf.set(requestId, type));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (["Script", "Stylesheet", "Document"].includes(kindOf.get(requestId) ?? "")) bytes += encodedDataLength;
    });
    const started = performance.now();
    await page.goto(`${world.url}/ui/map`);
    await page.getByText(machines.toLocaleString("en")).filter({ visible: true }).first().waitFor();
    times.push(performance.now() - started);
    await page.context().close();
  }
  const size = `${Math.round(bytes / 1024)} KB`;
  return [
    figure(`console: first view of ${machines} machines, empty cache`, spread(times), "≤ 1 s", median(times) <= 1000),
    figure("console: scripts and style of the first view, compressed", size, "≤ 300 KB", bytes <= 300 * 1024),
  ];
}

/** From the answer to a write until the page has drawn it. */
async function changeSeen(browser: Browser, world: CrowdedWorld): Promise<Figure> {
  const page = await open(browser, world);
  await page.goto(`${world.url}/ui/objects/resourcepools`);
  await page.getByText("wide").first().waitFor();
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const name = `seen-${round}`;
    const shown = page.getByText(name).first().waitFor({ timeout: 10_000 });
    const spec = { provider: { static: { hosts: [{ address: `192.0.2.${round + 2}` }] } }, ssh: { user: "nobody" } };
    await world.client.create(kinds.ResourcePool, {
      ...{ apiVersion: "plush.dev/v1", kind: "ResourcePool", metadata: { name } },
      spec,
    } as never);
    const written = performance.now();
    await shown;
    times.push(performance.now() - written);
  }
  await page.context().close();
  return figure("console: a write in the API → on the screen", spread(times), "≤ 200 ms", quantile(times, 0.95) <= 200);
}

async function frames(browser: Browser, world: CrowdedWorld, path: string): Promise<Figure> {
  const page = await open(browser, world);
  await page.goto(`${world.url}/ui${path}`);
  await page.waitForTimeout(5000);
  await browser.startTracing(page, {
    categories: ["disabled-by-default-devtools.timeline", "toplevel", "devtools.timeline"],
  });
  await page.waitForTimeout(traceMs);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: TraceEvent[];
  };
  await page.context().close();
  const costs = frameCosts(traceEvents);
  const p95 = quantile(costs, 0.95);
  const work = `console: ${path}, ${machines} machines, ${machines * 10} processes, ${changesPerSecond} changes/s: main thread a frame, p95 of ${costs.length}`;
  return figure(
    work,
    `${p95.toFixed(1)} ms (median ${median(costs).toFixed(1)}, most ${quantile(costs, 1).toFixed(0)})`,
    "≤ 10 ms",
    p95 <= 10,
  );
}

async function heap(browser: Browser, world: CrowdedWorld): Promise<Figure> {
  const page = await open(browser, world);
  await page.goto(`${world.url}/ui/map`);
  // Until code is compiled and caches are full.
  await page.waitForTimeout(60_000);
  const wire = await page.context().newCDPSession(page);
  const before = await heapBytes(wire);
  await page.waitForTimeout(heapMinutes * 60_000);
  const after = await heapBytes(wire);
  await page.context().close();
  const grown = (after / before - 1) * 100;
  const measured = `${(before / 1e6).toFixed(1)} → ${(after / 1e6).toFixed(1)} MB (${grown.toFixed(1)}%)`;
  return figure(
    `console: heap after a forced collection, over ${heapMinutes} minutes of it`,
    measured,
    "± 5%",
    Math.abs(grown) <= 5,
  );
}

async function heapBytes(wire: CDPSession): Promise<number> {
  await wire.send("HeapProfiler.enable");
  // What the first collection lets go of, finalizers among it, is collected by the second.
  for (let round = 0; round < 2; round++) await wire.send("HeapProfiler.collectGarbage");
  const { usedSize } = await wire.send("Runtime.getHeapUsage");
  return usedSize;
}

function figure(work: string, measured: string, bar: string, met: boolean): Figure {
  return { work, reference: "", measured, bar, met };
}
