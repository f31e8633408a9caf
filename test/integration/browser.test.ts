import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ConfigMap, kinds } from "../../pkg/api/index.ts";
import { packClient } from "../support/client-package.ts";
import { PageServer } from "../support/page-server.ts";
import { findProgram, isInstalled } from "../support/programs.ts";
import { startTestServer, type TestServer } from "../support/test-api.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 30_000 };

const page = `<!doctype html>
<title>A page that follows ConfigMaps</title>
<script type="module">
  import { connect, isReason, kinds } from "./plush-client.js";
  const client = await connect();
  const { items } = await client.configMaps.list({ labelSelector: "set=x" });
  window.listed = items.map(({ metadata }) => metadata.name);
  window.missing = await client.configMaps.get("nobody").catch((error) => isReason(error, "NotFound"));
  window.seen = [];
  window.informer = client.informer(kinds.ConfigMap, {
    namespace: "default",
    labelSelector: "set=x",
    on: {
      add: ({ metadata, data }) => window.seen.push("+" + metadata.name + " " + data.text),
      update: ({ metadata, data }) => window.seen.push("~" + metadata.name + " " + data.text),
      delete: ({ metadata }) => window.seen.push("-" + metadata.name),
    },
  });
  window.write = (name) => client.configMaps.apply({ metadata: { name, labels: { set: "x" } }, data: { text: "page" } });
  await window.informer.synced;
  document.title = "following";
</script>
`;

const map = (name: string, text: string): ConfigMap => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", data: { text } },
  metadata: { name, namespace: "default", labels: { set: "x" } },
});

// The bundle for browsers in Chromium, with the API behind the page's own address, as a console has it.
describe.skipIf(!isInstalled("chromium"))("the client in a browser", () => {
  const home = mkdtempSync(join(tmpdir(), "plush-browser-"));
  let browser: BrowserContext;

  beforeAll(async () => {
    writeFileSync(join(home, "page.html"), page);
    await packClient(home);
    browser = await chromium.launchPersistentContext(join(home, "profile"), {
      executablePath: findProgram("chromium") ?? "",
      headless: true,
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        ...["--disable-component-update", "--disable-sync"],
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function open(): Promise<{ readonly tab: Page; readonly pages: PageServer; readonly server: TestServer }> {
    const server = await startTestServer();
    await server.user.create(kinds.ConfigMap, map("old", "1"));
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    const files = { "page.html": join(home, "page.html"), "plush-client.js": join(home, "client/browser.js") };
    const pages = await PageServer.start(kubeconfig, new Map(Object.entries(files)));
    onTestFinished(() => pages.close());
    const tab = await browser.newPage();
    tab.on("pageerror", (error) => {
      throw error;
    });
    await tab.goto(`${pages.url}/app/page.html`);
    await expect.poll(() => tab.title(), soon).toBe("following");
    return { tab, pages, server };
  }

  it("lists, follows, writes, and goes on after its connections were cut", async () => {
    const { tab, pages, server } = await open();
    expect(await tab.evaluate("[listed, missing]")).toEqual([["old"], true]);
    await server.user.create(kinds.ConfigMap, map("new", "größe"));
    await server.user.patch(kinds.ConfigMap, key("old"), { type: "merge", body: { data: { text: "2" } } });
    const seen = (): Promise<unknown> => tab.evaluate("seen");
    await expect.poll(seen, soon).toEqual(["+old 1", "+new größe", "~old 2"]);
    pages.dropConnections();
    await server.user.delete(kinds.ConfigMap, key("old"));
    await expect.poll(seen, soon).toEqual(["+old 1", "+new größe", "~old 2", "-old"]);
    await tab.evaluate("write('mine')");
    expect(await server.user.get(kinds.ConfigMap, key("mine"))).toMatchObject({ data: { text: "page" } });
    await expect.poll(seen, soon).toContain("+mine page");
    expect(await tab.evaluate("informer.list().map(({ metadata }) => metadata.name)")).toEqual(["mine", "new"]);
    await tab.evaluate("informer.stop()");
    await tab.close();
  });
});

const key = (name: string) => ({ namespace: "default", name });
