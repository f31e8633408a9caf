import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAllOf } from "../../pkg/providers/local/processes.ts";
import { accessFaults, openBrowser } from "../support/console.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { isInstalled } from "../support/programs.ts";

const soon = { timeout: 30_000 };

/** Each part, and what of it is there when it is drawn. */
const parts: readonly (readonly [part: string, role: "heading" | "button" | "row" | "img" | "log", name: RegExp])[] = [
  ["overview", "heading", /^Conditions/],
  ["phases", "button", /^gather Released/],
  ["members", "row", /web-3/],
  ["rollout", "heading", /^Revision 1/],
  ["recovery", "img", /^Serving members over time/],
  ["logs", "log", /^Log lines/],
  ["objects", "row", /claim\/web-web-0/],
];

interface Seen {
  readonly metadata: { readonly name: string; readonly managedFields?: readonly { readonly manager: string }[] };
  readonly spec: { readonly pinnedRevision?: number; readonly resourceName?: string };
}

// One application from its barrier to its deletion, in Chromium, with real processes on machines of this computer.
describe.skipIf(!isInstalled("chromium"))("the console's pages of an application", () => {
  const { server } = useLocalPool("app", 5);
  let browser: BrowserContext;
  let closeConsole: () => Promise<void>;
  let origin: string;
  let tab: Page;
  const faults: string[] = [];

  const web = (version: string): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: web, annotations: {kubernetes.io/change-cause: "to ${version}"}}
spec:
  components: [{name: web, replicas: 4}]
  updateStrategy: {maxUnavailable: 4}
  phases:
  - name: configure
    processes:
    - {name: configure, command: [sh, -c, "sleep 0.$PLUSH_ORDINAL; echo configured $PLUSH_ORDINAL"], restartPolicy: Never}
  - name: gather
    after: [configure]
    processes:
    - {name: gather, command: [sh, -c, "[ $PLUSH_ORDINAL != 3 ] || sleep 2"], restartPolicy: Never}
    barrier: {release: {count: 3}}
  - name: serve
    after: [gather]
    processes:
    - name: main
      command: [sh, -c, "printf '\\\\033[32mversion ${version}\\\\033[0m <b>of</b> '$PLUSH_ORDINAL'\\\\n'; exec sleep 1000"]
      restartPolicy: Always
      stop: {timeout: 1s}
`;

  beforeAll(async () => {
    await server.apply(web("v1"));
    await server.plush("wait", "app/web", "--for=condition=Ready", "--timeout=60s");
    const { link, close } = await server.openConsole();
    closeConsole = close;
    origin = new URL(link).origin;
    browser = await openBrowser();
    tab = await browser.newPage();
    tab.on("pageerror", (error) => faults.push(error.message));
    await tab.goto(link);
    // The page that lets in leads on by itself.
    await tab.getByRole("navigation", { name: "Main" }).waitFor({ timeout: 60_000 });
  });
  afterAll(async () => {
    await browser?.close();
    await closeConsole?.();
  });

  const open = (path: string): Promise<unknown> => tab.goto(`${origin}/ui/applications${path}`);

  it("B-UI-60: the list leads to each application, with its state and its members", async () => {
    await open("");
    await tab.getByRole("img", { name: "4 of 4 members ready" }).waitFor();
    await tab.getByRole("searchbox", { name: "Search" }).fill("nothing like it");
    await tab.getByText("Nothing fits what is searched for.").waitFor();
    await tab.getByRole("searchbox", { name: "Search" }).fill("web avail");
    await tab.getByRole("link", { name: "web" }).click();
    await expect.poll(() => tab.url()).toBe(`${origin}/ui/applications/default/web`);
    await tab.getByRole("heading", { name: "Conditions" }).waitFor();
  });

  it("B-UI-61: phases are a graph and a time line, which tell who entered when, and why each was released", async () => {
    await open("/default/web/phases");
    const gather = tab.getByRole("button", { name: /^gather Released/ });
    await gather.click();
    const detail = tab.getByRole("region", { name: "Phase gather" });
    await expect.poll(() => detail.textContent()).toContain("Released: 3 were enough, 3 had entered");
    expect(await detail.textContent()).toContain("Missingweb-3");
    const [configureBox, gatherBox] = [
      await tab.getByRole("button", { name: /^configure/ }).boundingBox(),
      await gather.boundingBox(),
    ];
    expect(gatherBox?.x).toBeGreaterThan((configureBox?.x ?? 0) + (configureBox?.width ?? 0));
    await tab.getByRole("application", { name: /When each phase was open/ }).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"])
      await tab.keyboard.press(key);
    const told = tab.locator(".application-told");
    await expect.poll(() => told.textContent()).toMatch(/^web-3 entered at .* after the release\./);
    await tab.keyboard.press("ArrowUp");
    await expect
      .poll(() => told.textContent())
      .toMatch(/^web-\d entered at \d\d:\d\d:\d\d\.\d{3}, .* after the opening: number 1 of 4\./);
  });

  it("B-UI-62: logs of all members are merged, coloured, searched and filtered, and never markup", async () => {
    await open("/default/web/logs");
    const log = tab.getByRole("log");
    await expect.poll(() => log.textContent(), soon).toContain("version v1 <b>of</b> 3");
    expect(await log.textContent()).not.toContain("[32m");
    expect(await log.locator(".application-ansi-green").count()).toBe(4);
    expect(await log.locator("b").count()).toBe(0);
    await tab.getByRole("searchbox", { name: "Search" }).fill("configured 2");
    await expect.poll(() => log.locator("mark").allTextContents()).toEqual(["configured 2"]);
    await tab.getByRole("checkbox", { name: "Regular expression" }).check();
    await tab.getByRole("searchbox", { name: "Search" }).fill("(c+o+)+n.*[13]$");
    await expect.poll(() => log.locator("mark").count()).toBe(2);
    await tab.getByRole("searchbox", { name: "Search" }).fill("");
    await tab.getByRole("textbox", { name: "Member" }).fill("1");
    await expect.poll(() => log.textContent(), soon).toContain("of</b> 1");
    expect(await log.textContent()).not.toContain("of</b> 2");
  });

  it("B-UI-63: undo by mouse is what plush rollout undo is", async () => {
    await server.apply(web("v2"));
    await server.plush("rollout", "status", "app/web", "--timeout=60s");
    await open("/default/web/rollout");
    await tab.getByText("phases.serve.processes.main.command").waitFor();
    expect(await tab.locator(".application-diff-added").count()).toBe(1);
    await tab.getByRole("button", { name: "Undo", exact: true }).click();
    const dialog = tab.getByRole("dialog");
    await dialog.getByText("Members go from 2 back to revision 1").waitFor();
    const command = await dialog.locator(".command-line code").textContent();
    expect(command).toBe("plush rollout undo application/web -n default --to-revision 1");
    await dialog.getByRole("button", { name: "Roll web back to revision 1" }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    const application = (): Promise<Seen> => server.get<Seen>("application", "web");
    const byMouse = await application();
    await server.plush("rollout", "resume", "app/web");
    await server.plush(...(command ?? "").split(" ").slice(1));
    const byCommand = await application();
    const managers = ({ metadata }: Seen) => metadata.managedFields?.map(({ manager }) => manager);
    expect([byMouse.spec, managers(byMouse)]).toEqual([byCommand.spec, managers(byCommand)]);
    expect(byMouse.spec.pinnedRevision).toBe(1);
    await tab.getByText("Revision 1 is pinned").waitFor();
    await tab.getByText("application web is rolled out: web-1").waitFor(soon);
  });

  it("B-UI-64: a machine that is lost is a dip of the curve, and a replacement of its member", async () => {
    await open("/default/web/recovery");
    await tab.getByText("4 of 4 serve now").waitFor(soon);
    const { spec } = await server.get<Seen>("claim", "web-web-2");
    await switchOff(spec.resourceName ?? "");
    await tab
      .getByText(new RegExp(`1 lost \\d\\d:\\d\\d:\\d\\d \\(${spec.resourceName}\\), all 4 again after [\\d.ms]+`))
      .waitFor(soon);
    await tab.getByRole("link", { name: "Members" }).click();
    const row = tab.getByRole("row").filter({ hasText: "web-2" });
    await row.getByRole("button", { name: "What became of web-2" }).click();
    const holders = row.getByRole("table");
    await expect.poll(() => holders.textContent()).toContain(`no. 1${spec.resourceName}`);
    expect(await holders.textContent()).toMatch(/no\. 2local-\d.*now.*no\. 1.*HostLost/);
    switchOn(spec.resourceName ?? "");
  });

  it("B-UI-65: what is red says why, down to the last words of the process", async () => {
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: broken}
spec:
  components: [{name: a}]
  phases: [{name: run, processes: [{name: run, command: [sh, -c, "echo '<img src=x onerror=alert(1)>'; exit 3"], restartPolicy: Never}]}]
`);
    await open("/default/broken");
    const why = tab.getByRole("region", { name: "Why" });
    await why.getByText("<img src=x onerror=alert(1)>", { exact: true }).waitFor(soon);
    await expect
      .poll(() => why.getByRole("link").allTextContents(), soon)
      .toEqual(["application/broken", "phase/broken-run", "process/broken-run-run-a-0"]);
  });

  it("B-UI-67: ten thousand lines a second are followed and searched, and the page still moves", async () => {
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: chatty}
spec:
  components: [{name: a, replicas: 2}]
  phases: [{name: run, processes: [{name: run, restartPolicy: Always, stop: {timeout: 1s},
    command: [sh, -c, "i=0; while :; do seq -f 'line %.0f of very many' $i $((i+499)); i=$((i+500)); sleep 0.1; done"]}]}]
`);
    await open("/default/chatty/logs");
    const counted = async (): Promise<number> => {
      const text = (await tab.locator(".application-log-state").textContent()) ?? "";
      return Number(/([\d,]+) lines/.exec(text)?.[1]?.replaceAll(",", "") ?? 0);
    };
    await expect.poll(counted, soon).toBeGreaterThan(15_000);
    const frames = await tab.evaluate<number>(`new Promise((resolve) => {
      const end = performance.now() + 2000;
      let count = 0;
      const frame = (now) => (count++, now < end ? requestAnimationFrame(frame) : resolve(count));
      requestAnimationFrame(frame);
    })`);
    // 120 where nothing else runs on the computer.
    expect(frames).toBeGreaterThan(4);
    await tab.getByRole("searchbox", { name: "Search" }).fill("line 4242 of");
    await expect.poll(() => tab.getByRole("log").locator("mark").count(), soon).toBe(2);
  });

  it("B-UI-68: no part of an application keeps anybody out, by axe", async () => {
    await open("");
    await tab.getByRole("link", { name: "broken" }).waitFor(soon);
    expect(await accessFaults(tab), "list").toEqual([]);
    for (const [part, role, name] of parts) {
      await open(`/default/web/${part}`);
      await tab.getByRole(role, { name }).first().waitFor(soon);
      expect(await accessFaults(tab), part).toEqual([]);
    }
  });

  it("B-UI-66: an application that is deleted while it is looked at stays as it was known", async () => {
    await open("/default/web/members");
    await tab.getByRole("row").filter({ hasText: "web-3" }).waitFor();
    await server.plush("delete", "application", "web", "broken", "--timeout=60s");
    await tab.getByText("It was deleted while you looked.").waitFor(soon);
    await tab.getByRole("row").filter({ hasText: "web-3" }).waitFor();
    for (const [name, words] of [
      ["Phases", "gather"],
      ["Objects", "process/web-serve-main-web-0"],
    ] as const) {
      await tab.getByRole("link", { name, exact: true }).click();
      if (name === "Objects") await tab.getByRole("button", { name: "Show what claim/web-web-0 has" }).click();
      await tab.getByText(words).first().waitFor();
    }
    expect(faults).toEqual([]);
  });

  /** As a power cut: everything that runs there ends at once, and nothing starts before `switchOn`. */
  async function switchOff(machine: string): Promise<void> {
    writeFileSync(join(directoryOf(machine), "switched-off"), "");
    await killAllOf(directoryOf(machine));
  }

  function switchOn(machine: string): void {
    for (const file of ["boot-identity", "switched-off"]) rmSync(join(directoryOf(machine), file), { force: true });
  }

  function directoryOf(machine: string): string {
    const local = join(server.dataDirectory, "local");
    const found = readdirSync(local, { recursive: true, encoding: "utf8" }).find((path) =>
      path.endsWith(`/${machine}`),
    );
    return join(local, found ?? "missing");
  }
});
