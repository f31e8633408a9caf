import type { BrowserContext, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { loadConfiguration } from "../../pkg/client/index.ts";
import { openLoopback } from "./loopback.ts";

export interface ConsoleTab {
  readonly tab: Page;
  /** Goes to a path of the console. */
  go(path: string): Promise<void>;
}

/** The console as `plush ui` serves it to a kubeconfig's user; what a page or its security policy complains of fails the test. */
export async function openConsoleTab(browser: BrowserContext, kubeconfig: string): Promise<ConsoleTab> {
  const { connection } = await loadConfiguration({ file: kubeconfig, env: {}, home: "/" });
  const loopback = await openLoopback(connection, "dist/console");
  const tab = await browser.newPage();
  tab.setDefaultTimeout(15_000);
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
  // It goes on from there by itself: nobody else may send it elsewhere before.
  await tab.waitForURL(/\/ui\/map/);
  return {
    tab,
    go: async (path) => {
      await tab.goto(`http://127.0.0.1:${loopback.port}/ui${path}`);
    },
  };
}
