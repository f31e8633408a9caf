import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { findProgram } from "./programs.ts";

const directory = new URL("../../dist/console/", import.meta.url).pathname;

/** The console's files by their paths below /ui/, as PageServer takes them. `make build` makes them. */
export function consoleFiles(): ReadonlyMap<string, string> {
  const assets = readdirSync(join(directory, "assets")).map((name) => `assets/${name}`);
  return new Map(["index.html", ...assets].map((name) => [name, join(directory, name)]));
}

/** What axe finds in the page (not in what stands around it) that keeps people out: "rule: element". */
export async function accessFaults(tab: Page): Promise<readonly string[]> {
  // As text, because the page's policy allows no script but its own.
  await tab.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  return tab.evaluate<string[]>(`axe.run("#page").then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 200)))`);
}

/** Debian's Chromium with a profile of its own, which goes with it. */
export async function openBrowser(
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly colorScheme?: "light" | "dark";
    /** Absent: of whoever runs the tests; certificates of the user are below it. */
    readonly home?: string;
  } = {},
): Promise<BrowserContext> {
  const { width = 1440, height = 900, colorScheme = "light", home } = options;
  const profile = mkdtempSync(join(tmpdir(), "plush-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findProgram("chromium") ?? "",
    headless: true,
    viewport: { width, height },
    colorScheme,
    // A server of a test is signed by an authority of its own.
    ignoreHTTPSErrors: true,
    ...(home !== undefined && { env: { ...process.env, HOME: home } }),
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync"],
    ],
  });
  // It still writes when it is said to be closed.
  browser.once("close", () => void rm(profile, { recursive: true, force: true, maxRetries: 30 }));
  return browser;
}
