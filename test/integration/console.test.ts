import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { consoleFiles, openBrowser } from "../support/console.ts";
import { PageServer } from "../support/page-server.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer } from "../support/test-api.ts";

describe.skipIf(!isInstalled("chromium"))("the console", () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it("opens at the map, goes to other pages and back, and is told when there is no such page", async () => {
    const server = await startTestServer();
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    const pages = await PageServer.start(kubeconfig, consoleFiles(), { prefix: "/ui/", fallback: "index.html" });
    onTestFinished(() => pages.close());
    const tab = await browser.newPage();
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(error.message));
    await tab.goto(`${pages.url}/ui/`);
    await expect.poll(() => tab.url()).toBe(`${pages.url}/ui/map`);
    await tab.getByRole("link", { name: "Applications" }).click();
    await expect.poll(() => tab.url()).toBe(`${pages.url}/ui/applications`);
    await tab.goBack();
    await expect.poll(() => tab.url()).toBe(`${pages.url}/ui/map`);
    await tab.goto(`${pages.url}/ui/nowhere`);
    await tab.getByText("There is no page /nowhere.").waitFor();
    expect(faults).toEqual([]);
  });
});
