import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Event, kinds, labels, type Process } from "../../pkg/api/index.ts";
import { loadConfiguration } from "../../pkg/client/index.ts";
import { openBrowser } from "../support/console.ts";
import { openLoopback } from "../support/loopback.ts";
import { type MadeMachine, makeMachines, placeMember, setStatus, worldOfMachines } from "../support/made-machines.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer, type TestServer } from "../support/test-api.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 20_000 };

// Machines are objects that nobody acts on: what agents and controllers would write of them is written by the test.
describe.skipIf(!isInstalled("chromium"))("the console's map", () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  interface Opened {
    readonly server: TestServer;
    readonly tab: Page;
    /** Goes to a path of the console. */
    go(path: string): Promise<void>;
  }

  /** The console as `plush ui` serves it, its security policy included; what a page complains of fails the test. */
  async function open(machines: readonly MadeMachine[]): Promise<Opened> {
    const server = await startTestServer();
    await makeMachines(server, machines);
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    const { connection } = await loadConfiguration({ file: kubeconfig, env: {}, home: "/" });
    const loopback = await openLoopback(connection, "dist/console");
    const tab = await browser.newPage();
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(error.message));
    tab.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    onTestFinished(async () => {
      await tab.close();
      expect(faults).toEqual([]);
    });
    await tab.goto(loopback.newLink());
    await tab.waitForURL(/\/ui\/map$/);
    return {
      ...{ server, tab },
      go: async (path) => {
        await tab.goto(`http://127.0.0.1:${loopback.port}/ui${path}`);
      },
    };
  }

  const map = (tab: Page) => tab.getByRole("application", { name: /^Map of machines/ });
  const cards = (tab: Page) => tab.getByRole("application", { name: /^Machines without a place/ });
  const queryOf = (tab: Page): string => new URL(tab.url()).search;
  const legend = (tab: Page) => tab.getByRole("region", { name: "Legend" });

  it("B-UI-20: 5,000 machines are on the map with their counts; a change turns dot, site and legend at once", async () => {
    const { server, tab, go } = await open(worldOfMachines(5000));
    await go("/map");
    await expect
      .poll(() => map(tab).getAttribute("aria-label"), soon)
      .toMatch(/5,000 machines at 8 sites: 52 Unreachable/);
    await legend(tab)
      .getByRole("button", { name: /^Failed/ })
      .waitFor({ state: "detached" });
    // What the canvas shows where a dot is, before and after.
    await tab.getByRole("searchbox").fill("paris-625");
    await tab.getByText("1 shown").waitFor();
    await map(tab).focus();
    await tab.keyboard.press("Shift+ArrowRight");
    const tip = tab.getByRole("tooltip");
    await expect.poll(() => tip.textContent()).toContain("paris-625");
    const before = await pixelsAt(tab, tip);
    await setStatus(server, "paris-625", { state: "Failed" });
    await expect.poll(() => tip.textContent(), soon).toContain("Failed");
    await legend(tab).getByRole("button", { name: "Failed 1", exact: true }).waitFor();
    expect(await pixelsAt(tab, tip)).not.toEqual(before);
    await expect.poll(() => map(tab).getAttribute("aria-label"), soon).toMatch(/1 Failed/);
  });

  it("B-UI-21: legend, pools and words leave those that are asked for; a click on a dot opens its panel", async () => {
    const { tab, go } = await open(worldOfMachines(40));
    await go("/map");
    await legend(tab).getByRole("button", { name: "Unreachable 1", exact: true }).click();
    await tab.getByText("1 shown").waitFor();
    await map(tab).focus();
    await tab.keyboard.press("Shift+ArrowDown");
    const tip = tab.getByRole("tooltip");
    await expect.poll(() => tip.textContent(), soon).toContain("Unreachable");
    const name = (await tip.getAttribute("data-machine")) ?? "";
    // The tip tells of the dot below it: the mouse finds the same one there.
    const at = await placeOf(tip);
    await tab.mouse.click(at.x, at.y);
    await expect.poll(() => queryOf(tab)).toBe(`?machine=${name}`);
    await tab
      .getByRole("complementary", { name: `Machine ${name}` })
      .getByText("no packet came back")
      .waitFor();
    await tab.getByRole("button", { name: "Show all", exact: true }).click();
    await tab.getByRole("button", { name: /^america/ }).click();
    await tab.getByText("20 shown").waitFor();
    await expect.poll(() => queryOf(tab)).toContain("pool=america");
    await tab.getByRole("searchbox").fill("site=oregon 10.0.0.5");
    await tab.getByText("1 shown").waitFor();
    await tab.keyboard.press("Enter");
    await expect.poll(() => queryOf(tab)).toContain("machine=oregon-1");
  });

  it("B-UI-22: the map is used by keys alone: zoomed, moved, and gone over from machine to machine", async () => {
    const { tab, go } = await open(worldOfMachines(40));
    await go("/map?machine=paris-2");
    await map(tab).focus();
    const tip = tab.getByRole("tooltip");
    await tab.keyboard.press("Shift+ArrowRight");
    await tip.waitFor();
    const first = await tip.getAttribute("data-machine");
    const before = await placeOf(tip);
    await tab.keyboard.press("ArrowLeft");
    // The map has come from the left by so much: what is pointed at went with it.
    await expect.poll(async () => Math.round((await placeOf(tip)).x - before.x), soon).toBe(140);
    await tab.keyboard.press("ArrowRight");
    await expect.poll(async () => Math.abs(Math.round((await placeOf(tip)).x - before.x)), soon).toBe(0);
    for (let press = 0; press < 6; press++) await tab.keyboard.press("+");
    await tab.keyboard.press("0");
    await expect.poll(async () => Math.abs(Math.round((await placeOf(tip)).y - before.y)), soon).toBe(0);
    await tab.keyboard.press("Shift+ArrowLeft");
    await expect.poll(() => tip.getAttribute("data-machine")).not.toBe(first);
    const second = await tip.getAttribute("data-machine");
    await tab.keyboard.press("Enter");
    await expect.poll(() => queryOf(tab)).toBe(`?machine=${second}`);
    await tab.keyboard.press("Escape");
    await expect.poll(() => queryOf(tab)).toBe("");
  });

  it("B-UI-23: the same machines are a table that is sorted by any column, moved through by arrows, and drawn in part", async () => {
    const { tab, go } = await open(worldOfMachines(2000));
    await go("/map?view=table");
    const table = tab.getByRole("table", { name: "Machines" });
    await expect.poll(() => table.getAttribute("aria-rowcount"), soon).toBe("2001");
    expect(await table.getByRole("row").count()).toBeLessThan(120);
    const row = (number: number) => table.locator(`[aria-rowindex="${number}"]`);
    await expect.poll(() => row(2).textContent()).toMatch(/^dallas-1/);
    await table.getByRole("button", { name: "Load" }).click();
    await table.getByRole("button", { name: "Load" }).click();
    await expect.poll(() => row(2).textContent()).toContain("10.00");
    await row(2).focus();
    await tab.keyboard.press("End");
    await expect.poll(() => tab.locator(":focus").getAttribute("aria-rowindex"), soon).toBe("2001");
    await tab.keyboard.press("ArrowUp");
    await tab.keyboard.press("Enter");
    const chosen = (await row(2000).locator("td").first().textContent()) ?? "?";
    await expect.poll(() => queryOf(tab)).toContain(`machine=${chosen}`);
  });

  it("B-UI-24: machines without a place stand in cards by site; without machines there is a way to add them", async () => {
    const { server, tab, go } = await open([]);
    await go("/map");
    await tab.getByText("No machines yet").waitFor();
    expect(await tab.locator(".map-empty a").getAttribute("href")).toBe("/ui/setup");
    await makeMachines(server, [
      ...worldOfMachines(16, false),
      { name: "far", pool: "far", location: { latitude: 1, longitude: 2 } },
    ]);
    await expect.poll(() => cards(tab).getAttribute("aria-label"), soon).toMatch(/16 machines at 8 sites/);
    await expect.poll(() => map(tab).getAttribute("aria-label"), soon).toMatch(/1 machine at 1 site: 1 Free/);
    await cards(tab).focus();
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("Enter");
    await expect.poll(() => queryOf(tab)).toBe("?machine=dallas-2");
    await server.controller.delete(kinds.Resource, { namespace: "", name: "dallas-2" });
    await tab.getByText("There is no machine dallas-2 any more.").waitFor();
    await expect.poll(() => cards(tab).getAttribute("aria-label"), soon).toMatch(/15 machines at 8 sites/);
  });

  it("B-UI-25: the panel of a machine tells what is placed on it, runs on it and happened, by an address of its own", async () => {
    const markup = "<img src=x onerror=alert(1)>";
    const { server, tab, go } = await open([{ name: "n1", labels: { site: "lab" }, status: { state: "Claimed" } }]);
    await setStatus(server, "n1", {
      allocatable: { cpu: "8", memory: "16Gi" },
      attributes: { "cpu.cores": 8, "cpu.model": markup },
      conditions: [
        {
          ...{ type: "Ready", status: "False", reason: "DiskPressure", message: "1 GiB of 40 GiB free" },
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    });
    await placeMember(server, "n1", "shop");
    await makeProcess(server, "shop-serve-0", "n1");
    await makeEvents(server, "n1", ["Connected", "DiskPressure"]);
    await go("/map?machine=n1");
    const panel = tab.getByRole("complementary", { name: "Machine n1" });
    await panel.getByText("1 GiB of 40 GiB free").first().waitFor();
    await panel.getByText(markup).waitFor();
    await panel.getByText("Cores 6 of 8, Memory 12 GiB of 16 GiB").waitFor();
    expect(await panel.getByRole("link", { name: "default/shop" }).getAttribute("href")).toBe(
      "/ui/applications/default/shop",
    );
    await panel.getByRole("tab", { name: "Overview" }).focus();
    await tab.keyboard.press("ArrowRight");
    await expect.poll(() => queryOf(tab)).toBe("?machine=n1&tab=processes");
    await panel.getByText("Restarts: 3").waitFor();
    await panel.getByRole("tab", { name: "Events" }).click();
    await expect.poll(() => panel.locator("ol strong").allTextContents(), soon).toEqual(["DiskPressure", "Connected"]);
    await go("/map?machine=n1&tab=processes");
    await panel.getByRole("button", { name: "Log of shop-serve-0" }).click();
    await expect.poll(() => queryOf(tab)).toContain("tab=logs");
  });
});

/** Where the dot is that a tip tells of: tips stand at their dots. */
async function placeOf(tip: ReturnType<Page["getByRole"]>): Promise<{ readonly x: number; readonly y: number }> {
  const style = (await tip.getAttribute("style")) ?? "";
  const { x = 0, y = 0 } = (await tip.locator("xpath=..").boundingBox()) ?? {};
  const [, left, top] = /left: ([-\d.]+)px; top: ([-\d.]+)px/.exec(style) ?? [];
  return { x: x + Number(left), y: y + Number(top) };
}

/** The picture of the dot that a tip tells of, as it is on the screen. */
async function pixelsAt(tab: Page, tip: ReturnType<Page["getByRole"]>): Promise<string> {
  const { x, y } = await placeOf(tip);
  const shot = await tab.screenshot({ clip: { x: x - 2, y: y - 2, width: 4, height: 4 } });
  return shot.toString("base64");
}

async function makeProcess(server: TestServer, name: string, machine: string): Promise<void> {
  const key = { namespace: "default", name };
  await server.controller.create(kinds.Process, {
    ...{ apiVersion: "plush.dev/v1", kind: "Process" },
    metadata: { ...key, labels: { [labels.resource]: machine } },
    spec: { command: ["sleep", "1000"], restartPolicy: "Always", resourceName: machine, applicationName: "shop" },
  } as unknown as Process);
  const status = { state: "Running", restarts: 3, resourceName: machine };
  await server.controller.patch(kinds.Process, key, { type: "merge", body: { status } }, { subresource: "status" });
}

/** The first one is the oldest. */
async function makeEvents(server: TestServer, machine: string, reasons: readonly string[]): Promise<void> {
  for (const [index, reason] of reasons.entries())
    await server.controller.create(kinds.Event, {
      ...{ apiVersion: "v1", kind: "Event", metadata: { name: `${machine}.${index}`, namespace: "default" } },
      involvedObject: { apiVersion: "plush.dev/v1", kind: "Resource", name: machine },
      ...{ reason, message: `it is ${reason}`, type: index === 0 ? "Normal" : "Warning" },
      lastTimestamp: `2026-01-01T00:00:0${index}Z`,
    } as Event);
}
