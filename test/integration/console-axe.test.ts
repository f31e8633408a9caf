import { writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { kinds } from "../../pkg/api/index.ts";
import { openBrowser } from "../support/console.ts";
import { openConsoleTab } from "../support/console-tab.ts";
import { makeMachines, placeMember } from "../support/made-machines.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer } from "../support/test-api.ts";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Every page, and what says that it is there. */
const places: readonly (readonly [string, string])[] = [
  ["/map", "#page canvas"],
  ["/applications", "#page a"],
  ["/applications/default/web", "#page h1"],
  ["/events", "#page table"],
  ["/build", "#page button"],
  ["/run", "#page form"],
  ["/setup", "#page button"],
  ["/pools", "#page .pool-card"],
  ["/syncs", "#page .sync-card"],
  ["/access", "#page table"],
  ["/objects/resources", "#page tbody a"],
  ["/objects/applications/default/web", "#page .facts"],
  ["/objects/applications/default/web?tab=yaml", "#page pre"],
  ["/objects/applications/default/web?edit=1", "#page .cm-content"],
];

/** What stops somebody from using what is shown, and where: in light, and what colours add to it in dark. */
async function violations(tab: Page): Promise<readonly string[]> {
  const light = await found(tab, "{}");
  await tab.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const dark = await found(tab, '{ runOnly: ["color-contrast"] }');
  await tab.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark.map((text) => `dark: ${text}`)];
}

async function found(tab: Page, options: string): Promise<readonly string[]> {
  // Colours that are on their way to others are none to judge: motion is reduced. Evaluated as an expression of the page's inspector: no policy of the page stands in its way.
  const answer = (await tab.evaluate(`axe.run(document, ${options})`)) as { readonly violations: readonly Violation[] };
  return answer.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
    );
}

describe.skipIf(!isInstalled("chromium"))("accessibility of the console", () => {
  it("B-UI-88: no page has a serious violation, in light or in dark", async () => {
    const server = await startTestServer();
    await makeMachines(server, [
      { name: "n1", status: { state: "Free", allocatable: { cpu: "8", memory: "16Gi" } } },
      { name: "n2", status: { state: "Failed" } },
    ]);
    const components = [{ name: "server", replicas: 1 }];
    const metadata = { namespace: "default", name: "web", labels: { tier: "front" } };
    const [apiVersion, site] = ["plush.dev/v1", { namespace: "default", name: "site" }];
    await server.user.create(
      kinds.Application,
      Object.assign({ apiVersion, kind: "Application", metadata }, { spec: { components } }),
    );
    await server.user.create(
      kinds.GitSync,
      Object.assign({ apiVersion, kind: "GitSync", metadata: site }, { spec: { url: "https://192.0.2.1/site.git" } }),
    );
    await placeMember(server, "n1", "web");
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const { tab, go } = await openConsoleTab(browser, kubeconfig);
    await tab.addInitScript(axe.source);
    const all: Record<string, readonly string[]> = {};
    for (const [path, sign] of places) {
      await go(path);
      await tab.locator(sign).first().waitFor();
      all[path] = await violations(tab);
    }
    await go("/objects/resources/-/n1");
    await tab.getByRole("button", { name: "More actions" }).click();
    all["a menu"] = await violations(tab);
    await tab.getByRole("menuitem", { name: "Delete", exact: true }).click();
    await tab.getByRole("dialog").getByText("resource n1 goes").waitFor();
    all["a dialog"] = await violations(tab);
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Control+k");
    await tab.getByRole("listbox", { name: "What was found" }).getByRole("option").first().waitFor();
    all["the palette"] = await violations(tab);
    expect(Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0))).toEqual({});
  });
});
