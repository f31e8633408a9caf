import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { PlushServer } from "./plush-server.ts";

/** `plush server` on a data directory of its own; it goes with the test. */
export async function startServer(): Promise<PlushServer> {
  // Short, because Unix sockets of local machines lie below it.
  const directory = mkdtempSync(join(tmpdir(), "plush-ui-"));
  const server = new PlushServer(join(directory, "server"), directory);
  onTestFinished(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await server.start();
  return server;
}

/** `plush ui` as its users run it; resolves with the link that it prints. */
export async function startUi(server: PlushServer): Promise<string> {
  const { link, close } = await server.openConsole();
  onTestFinished(close);
  return link;
}

/** A tab, and what went wrong in it: errors, and what the page's policy forbade. */
export async function openTab(browser: BrowserContext): Promise<{ readonly tab: Page; readonly faults: string[] }> {
  const tab = await browser.newPage();
  onTestFinished(() => tab.close());
  const faults: string[] = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  await tab.exposeFunction("noteViolation", (text: string) => faults.push(text));
  await tab.addInitScript(
    'addEventListener("securitypolicyviolation", (event) => noteViolation(event.violatedDirective + " " + event.blockedURI))',
  );
  return { tab, faults };
}
