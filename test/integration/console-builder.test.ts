import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { consoleFiles, openBrowser } from "../support/console.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { PageServer } from "../support/page-server.ts";
import type { PlushServer } from "../support/plush-server.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer, type TestServer } from "../support/test-api.ts";

const place = { prefix: "/ui/", fallback: "index.html" };

describe.skipIf(!isInstalled("chromium"))("the builder", () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser({ width: 1680, height: 950 });
  });
  afterAll(() => browser?.close());

  /** The builder over a server, and what went wrong in its page. */
  async function openBuilder(
    kubeconfig: string,
    path = "/build",
  ): Promise<{ readonly tab: Page; readonly faults: readonly string[] }> {
    const pages = await PageServer.start(kubeconfig, consoleFiles(), place);
    const tab = await browser.newPage();
    onTestFinished(async () => {
      await tab.close();
      await pages.close();
    });
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(error.message));
    await tab.goto(`${pages.url}/ui${path}`);
    await editor(tab).waitFor();
    return { tab, faults };
  }

  async function openOverTestServer(
    path?: string,
  ): Promise<{ readonly tab: Page; readonly faults: readonly string[]; readonly server: TestServer }> {
    const server = await startTestServer();
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    return { ...(await openBuilder(kubeconfig, path)), server };
  }

  it("B-UI-40: an application is built by mouse: blocks, an arrow, a field; the YAML says the same", async () => {
    const { tab, faults } = await openOverTestServer();
    await tab.getByText("The server would take it.").waitFor();
    await palette(tab, "Component").click();
    await palette(tab, "Phase").click();
    await block(tab, "component component").waitFor();
    await draw(tab, "phase run", "phase phase");
    await expect.poll(() => yamlOf(tab)).toMatch(/- name: phase\n[\s\S]*after:\n +- run\n/);
    await block(tab, "component component").click();
    await tab.getByLabel("replicas").fill("7");
    await expect.poll(() => yamlOf(tab)).toContain("    - name: component\n      replicas: 7\n");
    await block(tab, "component component").getByText("× 7").waitFor();
    await palette(tab, "Process").dragTo(block(tab, "phase run"));
    await block(tab, "phase run").getByRole("button", { name: "process" }).waitFor();
    await expect.poll(() => yamlOf(tab)).toContain("name: process");
    // A circle is refused with its way, and nothing is changed.
    const before = await yamlOf(tab);
    await draw(tab, "phase phase", "phase run");
    await tab.getByText("That would be a circle: phase → run → phase.").waitFor();
    expect(await yamlOf(tab)).toBe(before);
    expect(faults).toEqual([]);
  });

  it("B-UI-41: what is typed is drawn; comments stay; broken YAML is told with its line, and nothing is lost", async () => {
    const { tab, faults } = await openOverTestServer();
    await typeAll(tab, commented);
    await block(tab, "phase load").waitFor();
    await block(tab, "software site").waitFor();
    await expect.poll(() => tab.locator(".react-flow__edge").count()).toBe(2);
    await block(tab, "component web").click();
    await tab.getByLabel("replicas").fill("4");
    await expect.poll(() => yamlOf(tab)).toBe(commented.replace("replicas: 2", "replicas: 4"));
    await typeAll(tab, commented.replace('["true"]', '["true"'));
    await tab.getByText(/The YAML is broken at line 13:/).waitFor();
    await block(tab, "phase load").waitFor();
    await palette(tab, "Phase").click();
    await tab.getByText("Mend the YAML first.").waitFor();
    await expect.poll(() => yamlOf(tab)).toContain('["true", restart');
    await tab.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => yamlOf(tab)).toBe(commented.replace("replicas: 2", "replicas: 4"));
    expect(faults).toEqual([]);
  });

  it("B-UI-42: what the server refuses stands at the block, at the field and at the line", async () => {
    const { tab } = await openOverTestServer();
    await typeAll(tab, commented.replace("replicas: 2", "replicas: -2"));
    await block(tab, "component web").locator(".builder-block-problem").waitFor();
    await block(tab, "component web").click();
    const field = tab.locator(".builder-field", { has: tab.getByLabel("replicas") });
    await field.locator(".builder-problem").waitFor();
    await expect.poll(() => tab.locator(".cm-lint-marker-error").count()).toBe(1);
    await tab.locator(".builder-status", { hasText: "line 8" }).waitFor();
    await shot(tab, "problem");
    await tab.getByLabel("replicas").fill("2");
    await tab.getByText("The server would take it.").waitFor();
    await expect.poll(() => tab.locator(".builder-problem, .cm-lint-marker-error").count()).toBe(0);
  });

  it("B-UI-43: a manifest of 5 MB is refused with its size, pasted or as a file", async () => {
    const { tab } = await openOverTestServer();
    await tab.getByText("The server would take it.").waitFor();
    const begun = Date.now();
    await paste(tab, "a: 1\n".repeat(1_048_576));
    await tab.getByText("That is 5.0 MiB. A manifest may have at most 3 MiB.").first().waitFor();
    expect(Date.now() - begun).toBeLessThan(5000);
    await tab.getByRole("button", { name: "Start from" }).click();
    const large = { name: "large.yaml", mimeType: "text/yaml", buffer: Buffer.alloc(5 << 20, "a: 1\n") };
    await tab.locator('input[type="file"]').setInputFiles(large);
    await expect.poll(() => tab.getByText("That is 5.0 MiB.").count()).toBe(2);
    await block(tab, "phase run").waitFor();
  });

  it("B-UI-47: all of it goes by keyboard: blocks, arrows, steps back", async () => {
    const { tab } = await openOverTestServer();
    await typeAll(tab, commented);
    const arrow = tab.locator(".react-flow__edge.builder-arrow-after");
    await arrow.focus();
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Delete");
    await expect.poll(() => yamlOf(tab)).toBe(commented.replace("      after: [load] # an arrow\n", ""));
    await block(tab, "phase serve").focus();
    await tab.keyboard.press("Enter");
    const chip = tab.locator(".builder-field", { hasText: "after" }).getByRole("button", { name: "load" });
    await chip.press("Enter");
    await expect.poll(() => arrow.count()).toBe(1);
    await block(tab, "phase load").focus();
    await tab.keyboard.press("Enter");
    await tab.keyboard.press("Delete");
    await expect.poll(() => block(tab, "phase load").count()).toBe(0);
    expect(await yamlOf(tab)).not.toContain("after");
    await tab.keyboard.press("ControlOrMeta+z");
    await block(tab, "phase load").waitFor();
    await tab.getByText("Select a block to see its form.").waitFor();
    await palette(tab, "Process").press("Enter");
    await block(tab, "phase serve").getByText("process").waitFor();
  });

  it("B-UI-48: is whole at 390 pixels and at 4K, dark and light, without a serious fault of accessibility", async () => {
    const { tab } = await openOverTestServer();
    await typeAll(tab, commented);
    await block(tab, "component web").click();
    await tab.getByText("The server would take it.").waitFor();
    const looks = [
      { name: "wide", width: 3840, height: 2160, colorScheme: "light", panes: ["all"] },
      { name: "phone", width: 390, height: 844, colorScheme: "dark", panes: ["Blocks", "Form", "YAML"] },
    ] as const;
    for (const { name, width, height, colorScheme, panes } of looks) {
      await tab.setViewportSize({ width, height });
      await tab.emulateMedia({ colorScheme });
      for (const pane of panes) {
        if (pane !== "all") await tab.getByRole("button", { name: pane, exact: true }).click();
        await tab.locator(parts[pane]).waitFor();
        if (pane === "all" || pane === "Blocks") await settled(block(tab, "component web"));
        await shot(tab, `${name}-${pane}`);
        expect(await seriousFaults(tab), `${name} ${pane}`).toEqual([]);
      }
      const isTooWide = await tab.evaluate("document.documentElement.scrollWidth > innerWidth");
      expect(isTooWide, name).toBe(false);
    }
  });
});

describe.skipIf(!isInstalled("chromium"))("the builder over a server with machines", () => {
  const { server } = useLocalPool("builder", 2);
  let browser: BrowserContext;
  let token = "";
  let address = "";
  beforeAll(async () => {
    browser = await openBrowser({ width: 1680, height: 950 });
    const made = await server.plush("create", "token", "builder", "--role", "admin", "--cluster", "-o", "token");
    token = made.trim();
    address = JSON.parse(readFileSync(server.kubeconfig, "utf8")).clusters[0].cluster.server;
  });
  afterAll(() => browser?.close());

  /** Over the server's own pages, under its own policy; what that policy refuses fails the test. */
  async function openBuilder(path: string): Promise<Page> {
    const tab = await browser.newPage();
    const refused: string[] = [];
    tab.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    onTestFinished(async () => {
      await tab.close();
      expect(refused).toEqual([]);
    });
    await tab.addInitScript(`sessionStorage.setItem("plush-token", ${JSON.stringify(token)})`);
    await tab.goto(`${address}/ui${path}`);
    await editor(tab).waitFor();
    return tab;
  }

  it("B-UI-44: a plan shows changes, machines and steps; what is applied is what `plush apply` makes of the same text", async () => {
    const tab = await openBuilder("/build");
    const text = pooled("built");
    await pasteAll(tab, text);
    await tab.getByText("The server would take it.").waitFor();
    await tab.getByRole("button", { name: "Plan" }).click();
    const sheet = tab.getByRole("dialog", { name: "What will happen" });
    await sheet.getByText("create").first().waitFor();
    await sheet.locator(".builder-diff", { hasText: "components:" }).first().waitFor();
    await expect.poll(() => sheet.locator("table.table tr", { hasText: "built/web" }).count()).toBe(2);
    await sheet.getByText(/web-0 on .*: start serve\/server/).waitFor();
    await sheet.getByText("plush apply -f -").waitFor();
    await shot(tab, "plan");
    await sheet.getByRole("button", { name: "Apply 2 objects" }).click();
    await sheet.getByRole("link", { name: "Open built" }).click();
    await expect.poll(() => tab.url()).toMatch(/\/ui\/applications\/default\/built$/);
    await server.apply(pooled("applied"));
    const [built, applied] = await Promise.all([stored(server, "built"), stored(server, "applied")]);
    expect(built.spec).toEqual(applied.spec);
    const owner = ({ metadata }: Stored) =>
      metadata.managedFields.find(({ operation }) => operation === "Apply") as Record<string, unknown>;
    expect({ ...owner(built), time: "" }).toEqual({ ...owner(applied), time: "" });
    // The same text again changes nothing.
    const { stdout } = await server.run(["apply", "-f", "-"], { input: text });
    expect(stdout).toContain("application.plush.dev/built unchanged");
  });

  it("B-UI-45: begins with a running application as it was applied, with every example, and goes on where one left", async () => {
    await server.apply(pooled("running"));
    const tab = await openBuilder("/build/default/running");
    await block(tab, "component web").getByText("× 2").waitFor();
    await block(tab, "component web").click();
    await tab.getByLabel("replicas").fill("1");
    const draft = (): Promise<string> => draftOf(tab, "default/running");
    await expect.poll(draft).toContain("replicas: 1");
    // No more than was asked for: nothing that the server filled in.
    expect((await draft()).split("\n").filter((line) => /prefetch|everyResource|status:|uid/.test(line))).toEqual([]);
    await tab.reload();
    await block(tab, "component web").getByText("× 1").waitFor();
    await tab.getByRole("button", { name: "Discard draft" }).click();
    await block(tab, "component web").getByText("× 2").waitFor();
    for (const name of ["An empty application", "Hello", "Phases and a barrier", "Spares", "Work"]) {
      await tab.getByRole("button", { name: "Start from" }).click();
      await tab.getByRole("dialog").getByRole("button", { name }).click();
      await tab.getByText("Checking …").waitFor();
      await tab.getByText("The server would take it.").waitFor();
      await shot(tab, `example-${name}`);
    }
  });

  it("B-UI-46: machines that would do are counted while requirements are edited, and why the others will not", async () => {
    const tab = await openBuilder("/build");
    await pasteAll(tab, pooled("matched"));
    await block(tab, "component web").click();
    await tab.getByText("2 of 2 machines match").waitFor();
    await tab.getByRole("button", { name: "Add one: attributes" }).click();
    const item = tab.locator(".builder-item").first();
    await item.getByLabel("name").fill("cpu.cores");
    await item.getByLabel("name").press("Enter");
    await item.getByLabel("min", { exact: false }).first().fill("4000");
    await tab.getByText("0 of 2 machines match").waitFor();
    await shot(tab, "match");
    await tab.getByText(/refused: 2 × cpu\.cores/).waitFor();
    await expect.poll(() => tab.locator(".builder-dots [role=img]").count()).toBe(2);
  });
});

interface Stored {
  readonly spec: unknown;
  readonly metadata: { readonly managedFields: readonly { readonly operation: string }[] };
}

async function stored(server: PlushServer, name: string): Promise<Stored> {
  return JSON.parse(await server.plush("get", "application", name, "-o", "json", "--show-managed-fields"));
}

const pooled = (name: string): string => `# by hand
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components:
    - name: web
      replicas: 2 # one each
      resources: {pool: local}
  phases:
    - name: serve
      processes:
        - {name: server, component: web, command: [sleep, 1h], restartPolicy: Always}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}-settings}
data: {a: b}
`;

const commented = `# the site
apiVersion: plush.dev/v1
kind: Application
metadata: {name: site} # its name
spec:
  components:
    - name: web   # they serve
      replicas: 2   # two of them
      software: [site]
  phases:
    - name: load
      processes:
        - {name: fill, command: ["true"], restartPolicy: Never}
    - name: serve
      after: [load] # an arrow
      processes:
        - {name: server, command: [sleep, 1h], restartPolicy: Always}
---
apiVersion: plush.dev/v1
kind: Software
metadata: {name: site}
spec: {install: [sh, -c, "true"]}
`;

/** As from the clipboard. */
async function paste(tab: Page, text: string): Promise<void> {
  await tab.evaluate(`{
    const data = new DataTransfer();
    data.setData("text/plain", ${JSON.stringify(text)});
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector(".cm-content").dispatchEvent(event);
  }`);
}

async function pasteAll(tab: Page, text: string): Promise<void> {
  await editor(tab).click();
  await tab.keyboard.press("ControlOrMeta+a");
  await paste(tab, text);
}

/** In place of all that stands in the editor. */
async function typeAll(tab: Page, text: string): Promise<void> {
  await editor(tab).click();
  await tab.keyboard.press("ControlOrMeta+a");
  await tab.keyboard.insertText(text);
}

/** What is in sight of each part. */
const parts = { all: ".react-flow", Blocks: ".react-flow", Form: ".builder-form", YAML: ".cm-editor" } as const;

function editor(tab: Page) {
  return tab.locator(".cm-content");
}

function palette(tab: Page, kind: string) {
  return tab.getByRole("toolbar", { name: "Add" }).getByRole("button", { name: kind });
}

function block(tab: Page, label: string) {
  return tab.locator(`.react-flow__node[aria-label="${label}"]`);
}

/** From the handle on the right of one block to the one on the left of another. */
async function draw(tab: Page, from: string, to: string): Promise<void> {
  const [source, target] = [
    block(tab, from).locator(".react-flow__handle.source"),
    block(tab, to).locator(".react-flow__handle.target"),
  ];
  const [one, other] = [await settled(source), await settled(target)];
  await tab.mouse.move(one.x + one.width / 2, one.y + one.height / 2);
  await tab.mouse.down();
  await tab.mouse.move((one.x + other.x) / 2, (one.y + other.y) / 2, { steps: 5 });
  await tab.mouse.move(other.x + other.width / 2, other.y + other.height / 2, { steps: 5 });
  await tab.mouse.up();
}

/** Where something is once it stays there: the view fits itself to what is new. */
async function settled(locator: Locator): Promise<Box> {
  let before: Box | null = null;
  for (let same = 0; same < 3; ) {
    const box = await locator.boundingBox();
    same = box !== null && box.x === before?.x && box.y === before.y ? same + 1 : 0;
    before = box;
    await locator.page().evaluate("new Promise(requestAnimationFrame)");
  }
  if (before === null) throw new Error("it is not drawn");
  return before;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The whole text: what is out of sight is not in the page. */
function yamlOf(tab: Page): Promise<string> {
  return draftOf(tab, "new");
}

function draftOf(tab: Page, target: string): Promise<string> {
  return tab.evaluate(`localStorage.getItem(${JSON.stringify(`plush-draft:${target}`)}) ?? ""`);
}

/** For who wants to look: SHOTS names a folder. */
async function shot(tab: Page, name: string): Promise<void> {
  const folder = process.env["SHOTS"];
  if (folder !== undefined) await tab.screenshot({ path: join(folder, `${name}.png`) });
}

/** What axe finds that would keep somebody from using the page. */
async function seriousFaults(tab: Page): Promise<readonly string[]> {
  await tab.evaluate(axe.source);
  const { violations } = await tab.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
