import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../support/console.ts";
import { useLocalPool } from "../support/local-pool.ts";
import { isInstalled } from "../support/programs.ts";

interface Seen {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly resourceName?: string };
  readonly status?: { readonly state?: string };
}

const soon = { timeout: 30_000, interval: 200 };

// The server and `plush ui` as their users run them, with machines of this computer.
describe.skipIf(!isInstalled("chromium"))("commands, files and drains in the console", () => {
  const { server } = useLocalPool("crun", 3);
  let browser: BrowserContext;
  let ui: Awaited<ReturnType<typeof server.openConsole>>;
  let tab: Page;
  beforeAll(async () => {
    await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: {name: web}
spec:
  components: [{name: web, replicas: 2}]
  phases:
  - name: serve
    processes:
    - {name: main, command: [sh, -c, "mkdir -p logs; echo written by $PLUSH_ORDINAL >logs/out.txt; exec sleep 100000"], restartPolicy: Always}
`);
    await server.plush("wait", "app/web", "--for=condition=Ready", "--timeout=60s");
    browser = await openBrowser();
    ui = await server.openConsole();
    tab = await browser.newPage();
    tab.setDefaultTimeout(20_000);
    await tab.goto(ui.link);
    await tab.waitForURL(/\/ui\/map/);
  });
  afterAll(async () => {
    await browser?.close();
    await ui?.close();
  });

  const go = (path: string) => tab.goto(new URL(`/ui${path}`, ui.link).href);
  const answered = (text: string) => tab.getByRole("status").getByText(text).waitFor();

  it("B-UI-89: a command runs on chosen machines; equal answers are one, and the command beside it answers the same", async () => {
    await go("/run");
    await tab.getByRole("radio", { name: "Pool" }).check();
    await tab.getByRole("combobox", { name: "Pool" }).selectOption("local");
    await tab.getByText("3 hosts: local-[1-3]").waitFor();
    await tab.getByLabel("Command").fill(`sh -c 'echo it is "$0"; test "$0" = fine' fine`);
    await tab.getByRole("button", { name: "Run", exact: true }).click();
    await answered("3 of 3 answered");
    await tab.getByRole("heading", { name: "3 hosts: local-[1-3]" }).waitFor();
    await tab.getByText("it is fine", { exact: true }).waitFor();
    await tab.getByLabel("Command").fill("sh -c 'exit 3'");
    expect(await tab.locator(".command-line code").textContent()).toBe("plush run pool/local -- sh -c 'exit 3'");
    await tab.getByRole("button", { name: "Run", exact: true }).click();
    await tab.getByRole("heading", { name: "3 hosts: local-[1-3] (exit 3)" }).waitFor();
    const { code, stdout } = await server.run(["run", "pool/local", "-o", "groups", "--", "sh", "-c", "exit 3"]);
    expect([code, stdout.trim()]).toEqual([3, "3 hosts: local-[1-3] (exit 3)"]);
  });

  it("B-UI-90: what runs is stopped on every host; members of an application are a choice, and output is a download", async () => {
    await go("/run?by=application&of=default%2Fweb&command=sleep+1000");
    await tab.getByText(/^2 hosts: local-/).waitFor();
    await tab.getByRole("button", { name: "Run", exact: true }).click();
    await answered("0 of 2 answered");
    await tab.getByRole("button", { name: "Stop everywhere" }).click();
    await answered("2 of 2 answered");
    await tab.getByLabel("Command").fill("cat logs/out.txt");
    await tab.getByRole("button", { name: "Run", exact: true }).click();
    await tab.getByText("written by 1", { exact: true }).waitFor();
    const [download] = await Promise.all([
      tab.waitForEvent("download"),
      tab.getByRole("button", { name: "Download the output" }).click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    expect(text).toContain("=== web-web-0\nwritten by 0\n");
  });

  it("B-UI-91: a claim's directory is looked through, and a file of it downloaded; a shell is opened in it", async () => {
    await go("/objects/claims/default/web-web-1");
    await tab.getByRole("button", { name: "Files" }).click();
    const dialog = tab.getByRole("dialog");
    await dialog.getByRole("button", { name: "logs/" }).click();
    const [download] = await Promise.all([
      tab.waitForEvent("download"),
      dialog.getByRole("button", { name: "out.txt" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("out.txt");
    expect(readFileSync(await download.path(), "utf8")).toBe("written by 1\n");
    await dialog.getByLabel("Path").fill("/no/such/place");
    await dialog.getByRole("button", { name: "List" }).click();
    await dialog.getByText(/No such file/).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await tab.getByRole("button", { name: "Terminal" }).click();
    const shell = dialog.getByRole("textbox");
    await shell.focus();
    await tab.keyboard.type("cat logs/out.txt | tr a-z A-Z\n");
    await dialog.getByText("WRITTEN BY 1").waitFor();
    await tab.keyboard.type("exit\n");
  });

  it("B-UI-92: what a drain moves is said before, and moved; a process is made anew by its phase", async () => {
    const [process] = await server.list<Seen>("processes");
    const { name = "", uid } = process?.metadata ?? {};
    await go(`/objects/processes/default/${name}`);
    await tab.getByRole("button", { name: "Restart", exact: true }).click();
    const dialog = tab.getByRole("dialog");
    await dialog.getByText("Its Phase starts it anew").waitFor();
    await dialog.getByRole("button", { name: /^Restart/ }).click();
    const anew = async () => {
      const found = (await server.list<Seen>("processes")).find((each) => each.metadata.name === name);
      return found !== undefined && found.metadata.uid !== uid && found.status?.state;
    };
    await expect.poll(anew, soon).toBe("Ready");
    const on = async (): Promise<string> => (await server.get<Seen>("claim", "web-web-0")).spec.resourceName ?? "";
    const machine = await on();
    await go(`/objects/resources/-/${machine}`);
    await tab.getByRole("button", { name: "Drain", exact: true }).click();
    await dialog.getByText("default/web-web-0 leaves").waitFor();
    await dialog.getByRole("button", { name: /^Drain/ }).click();
    await tab.getByText(`${machine} is drained`).waitFor();
    expect(await on()).not.toBe(machine);
  });
});
