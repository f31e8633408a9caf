import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../pkg/client/index.ts";
import { openBrowser } from "../support/console.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { openLoopback } from "../support/loopback.ts";
import { isInstalled } from "../support/programs.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 30_000 };

const application = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: talk}
spec:
  components: [{name: one, replicas: 1}]
  phases:
  - name: serve
    processes:
    - name: talker
      restartPolicy: Always
      command: [sh, -c, "i=0; while :; do i=$((i+1)); echo line $i; echo needle-$((i%7)); sleep 0.2; done"]
`;

// A machine of this computer with a real agent: its logs and its shell.
describe.skipIf(!isInstalled("chromium"))("a machine in the console", () => {
  const { server } = useLocalPool("console", 1);
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
    await server.apply(application);
    await server.plush("wait", "app/talk", "--for=condition=Ready", "--timeout=60s");
  });
  afterAll(() => browser?.close());

  /** The panel of the only machine, as `plush ui` serves it; what breaks the page's security policy fails the test. */
  async function openPanel(tab: string): Promise<Page> {
    const { connection } = await loadConfiguration({ file: server.kubeconfig, env: {}, home: "/" });
    const loopback = await openLoopback(connection, "dist/console");
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    onTestFinished(async () => {
      await page.close();
      expect(faults).toEqual([]);
    });
    const { stdout } = await server.run(["get", "resources", "-o", "name"]);
    const machine = stdout.trim().split("/").at(-1);
    await page.goto(loopback.newLink());
    await page.waitForURL(/\/ui\/map$/);
    await page.goto(`http://127.0.0.1:${loopback.port}/ui/map?machine=${machine}&tab=${tab}`);
    return page;
  }

  it("B-UI-26: the log of a process on a machine is followed and searched", async () => {
    const page = await openPanel("processes");
    const panel = page.getByRole("complementary");
    await panel.getByRole("button", { name: /^Log of talk-/ }).click();
    const log = panel.getByRole("region", { name: /^Log of default\/talk-/ });
    await expect.poll(() => log.textContent(), soon).toMatch(/line \d+\n/);
    const last = async (): Promise<number> =>
      Number([...((await log.textContent()) ?? "").matchAll(/line (\d+)/g)].at(-1)?.[1] ?? 0);
    const before = await last();
    await expect.poll(last, soon).toBeGreaterThan(before + 3);
    await panel.getByRole("searchbox", { name: "Search the log" }).fill("NEEDLE-3");
    await expect.poll(() => log.locator("pre").textContent(), soon).toMatch(/^needle-3(\nneedle-3)*$/);
  });

  it("B-UI-27: a terminal on a machine is a shell there, in colours, under the page's security policy", async () => {
    const page = await openPanel("terminal");
    const terminal = page.locator(".terminal-screen");
    await terminal.locator("textarea").waitFor();
    const rows = terminal.locator(".xterm-rows");
    await expect.poll(() => rows.textContent(), soon).toMatch(/[$#]/);
    await page.keyboard.type("echo $((6*7)) $TERM; stty size\n");
    await expect.poll(() => rows.textContent(), soon).toMatch(/42 xterm-256color/);
    // Rows follow each other without a break; what comes then is a prompt, of whatever kind.
    await expect.poll(() => rows.textContent(), soon).toMatch(/42 xterm-256color\s*\d{2} \d{2,3}\D/);
    // A colour that is in no palette is written into the element: by the object model, as the policy wants it.
    await page.keyboard.type("printf '\\033[38;2;1;2;3mtinted\\033[0m\\n'\n");
    const colour = (): Promise<unknown> =>
      page.evaluate(`{
        const spans = [...document.querySelectorAll(".terminal-screen .xterm-rows span")];
        const tinted = spans.find(({ textContent }) => textContent === "tinted");
        tinted && getComputedStyle(tinted).color;
      }`);
    await expect.poll(colour, soon).toBe("rgb(1, 2, 3)");
    await page.keyboard.type("exit 3\n");
    await page.getByText("The shell has ended (exit code 3).").waitFor();
    await page.getByRole("button", { name: "Open another one" }).click();
    const isFresh = async (): Promise<boolean> => /^(?!.*tinted).*[$#]/s.test((await rows.textContent()) ?? "");
    await expect.poll(isFresh, soon).toBe(true);
  });
});
