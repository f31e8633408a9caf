import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { ensurePki } from "../../pkg/auth/index.ts";
import { openPages } from "../../pkg/pages/index.ts";
import { openBrowser } from "../support/console.ts";
import { openTab, startServer, startUi } from "../support/console-session.ts";
import { runProgram } from "../support/plush-server.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer } from "../support/test-api.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 30_000 };
const console = new URL("../../dist/console", import.meta.url).pathname;

describe.skipIf(!isInstalled("chromium"))("the console in a browser", () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it("B-UI-2: a token signs in where a link leads, and leads out again when it is deleted", async () => {
    const server = await startServer();
    const { server: url } = (parse(readFileSync(server.kubeconfig, "utf8")) as Kubeconfig).clusters[0]?.cluster ?? {};
    const { tab, faults } = await openTab(browser);
    const sockets: string[] = [];
    tab.on("websocket", (socket) => sockets.push(socket.url()));
    // Who types the server's name comes here, too.
    await tab.goto(`${url}/`);
    expect(tab.url()).toBe(`${url}/ui/`);
    await tab.goto(`${url}/ui/setup`);
    const text = tab.getByLabel("Token, or a whole kubeconfig");
    const signIn = tab.getByRole("button", { name: "Sign in" });
    await text.fill("wrong");
    await signIn.click();
    await tab.getByRole("alert").getByText("does not know this token").waitFor();
    await text.fill(readFileSync(server.kubeconfig, "utf8"));
    await signIn.click();
    await tab.getByRole("alert").getByText("a certificate in place of a token").waitFor();
    const kubeconfig = await server.plush("create", "token", "alice", "--role", "cluster-admin", "--cluster");
    await text.fill(kubeconfig);
    await signIn.click();
    await tab.getByRole("heading", { name: "Add machines" }).waitFor();
    await tab.getByText("Where are they?").waitFor();
    expect(tab.url()).toBe(`${url}/ui/setup`);
    await expect
      .poll(() => sockets.join(), soon)
      .toContain(`wss://${new URL(url ?? "").host}/apis/plush.dev/v1/resourcepools?`);
    await server.plush("delete", "token", "alice");
    await tab.getByRole("alert").getByText("does not accept your token any more").waitFor();
    expect(await tab.evaluate("sessionStorage.length")).toBe(0);
    // Who may only look is not offered what changes something.
    await text.fill(await server.plush("create", "token", "bob", "--role", "view", "--cluster", "-o", "token"));
    await signIn.click();
    await tab.getByText("You may not create pools here").waitFor();
    expect(await tab.getByRole("link", { name: "Add machines" }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it("B-UI-8: markup in an address is text, and what a script of it would do is forbidden", async () => {
    const { server } = await startTestServer({ pages: pagesOf(console), readToken: asAdmin });
    const { tab, faults } = await openTab(browser);
    await tab.goto(`${server.url}/ui/`);
    await tab.getByLabel("Token, or a whole kubeconfig").fill("good");
    await tab.getByRole("button", { name: "Sign in" }).click();
    await tab.getByRole("link", { name: "Applications" }).waitFor();
    const markup = "<img src=x onerror=hit()>";
    await tab.goto(`${server.url}/ui/${encodeURIComponent(markup)}`);
    await tab.getByText(encodeURIComponent(markup)).waitFor();
    expect(faults).toEqual([]);
    // The policy is there, as the browser has it.
    await tab.evaluate('document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=hit()><style>*{}</style>")');
    await expect.poll(() => faults.join(" | "), soon).toContain("script-src-attr inline");
    expect(faults.join(" | ")).toContain("style-src-elem inline");
    const outside = 'fetch("https://example.com/").catch(() => 0).then(() => 1)';
    expect(await tab.evaluate(outside)).toBe(1);
    await expect.poll(() => faults.join(" | "), soon).toContain("connect-src https://example.com/");
  });

  it("B-UI-7: the page stays while the server is away, says since when, and goes on when it is back", async () => {
    const server = await startServer();
    const { tab, faults } = await openTab(browser);
    await tab.goto(await startUi(server));
    await tab.locator(".first-run").waitFor();
    expect(tab.url()).not.toContain("code=");
    await server.stop();
    const banner = tab.getByRole("alert").getByText("The server does not answer since");
    await banner.waitFor();
    // What was there is there.
    expect(await tab.locator(".first-run").count()).toBe(1);
    await server.start();
    await tab
      .getByRole("button", { name: "Try now" })
      .click({ timeout: 3000 })
      .catch(() => undefined);
    await banner.waitFor({ state: "detached" });
    await server.apply(
      "{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: p}, spec: {provider: {join: {}}}}",
    );
    await tab.locator(".first-run").waitFor({ state: "detached" });
    // As after a restart of `plush ui` on the same port.
    await browser.clearCookies();
    await tab.getByRole("link", { name: "Git" }).click();
    await tab.getByText("does not know this browser").waitFor();
    expect(faults).toEqual([]);
  });

  it("B-UI-120: from an empty server to an application that runs, by mouse alone", async () => {
    const server = await startServer();
    const { tab, faults } = await openTab(browser);
    await tab.goto(await startUi(server));
    await tab.locator(".first-run").getByRole("link", { name: "Add machines" }).click();
    await tab.getByText("This computer").click();
    await tab.getByRole("button", { name: "Make four machines here" }).click();
    await tab.getByText("4 ready").waitFor();
    await tab.getByText("A clock on each machine").click();
    await tab.getByRole("button", { name: "Start it" }).click();
    await expect.poll(() => new URL(tab.url()).pathname, soon).toBe("/ui/applications/default/ticker");
    await server.plush("wait", "application/ticker", "--for=condition=Available", "--timeout=60s");
    // The same by command is the same object.
    const made = await server.get("pool", "local");
    await server.plush("create", "pool", "local", "--local", "4");
    expect(await server.get("pool", "local")).toMatchObject({ spec: made["spec"], metadata: { generation: 1 } });
    await tab.goBack();
    await tab.getByRole("button", { name: "Undo" }).click();
    await tab.getByRole("dialog").getByText("4 machines are let go").waitFor();
    await server.plush("delete", "application", "ticker");
    await tab.getByRole("dialog").getByRole("button", { name: "Delete pool local" }).click();
    await server.plush("wait", "pool/local", "--for=delete", "--timeout=60s");
    expect(faults).toEqual([]);
  });

  it("B-UI-121: machines by SSH: a key pair of the browser's, and what is wrong with each machine", async () => {
    const server = await startServer();
    const { tab, faults } = await openTab(browser);
    await tab.goto(await startUi(server));
    await tab.locator(".first-run").getByRole("link", { name: "Add machines" }).click();
    await tab.getByRole("button", { name: "Connect" }).click();
    await tab.getByText("Which machines? Paste at least one.").waitFor();
    const hosts = tab.getByRole("textbox", { name: "Machines", exact: true });
    await hosts.fill(
      "[lab]\na ansible_host=127.0.0.1 ansible_port=1 ansible_user=me\n[lab:vars]\nansible_become=yes\n",
    );
    await tab.getByText("1 machine of an Ansible inventory").waitFor();
    expect(await tab.getByRole("textbox", { name: "User", exact: true }).inputValue()).toBe("me");
    expect(await tab.getByRole("checkbox").isChecked()).toBe(true);
    await tab.getByRole("button", { name: "Make a key pair" }).click();
    await tab.getByText("ssh-ed25519 ", { exact: false }).first().waitFor();
    await tab.getByRole("button", { name: "Connect" }).click();
    const machines = tab.getByRole("table");
    await machines.getByText("Unreachable").or(machines.getByText("Failed")).waitFor(soon);
    await machines.getByText("check that it is on", { exact: false }).waitFor();
    const key = await server.get<{ readonly data: Record<string, string> }>("secret", "machines-key");
    expect(Buffer.from(key.data["ssh-privatekey"] ?? "", "base64").toString()).toContain("BEGIN OPENSSH PRIVATE KEY");
    // Another list for the same pool.
    await tab.getByRole("button", { name: "Change" }).click();
    await hosts.fill("me@127.0.0.1:2");
    await tab.getByRole("button", { name: "Try again with these" }).click();
    await tab.getByText("127.0.0.1").first().waitFor();
    await expect
      .poll(async () => (await server.get<{ spec: { provider: object } }>("pool", "machines")).spec.provider, soon)
      .toMatchObject({ static: { hosts: [{ address: "127.0.0.1", ssh: { port: 2, user: "me" } }] } });
    expect(faults).toEqual([]);
  });
});

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server?: string } }[];
}

const asAdmin = async (token: string) =>
  token === "good" ? { identity: { user: "root", groups: ["system:masters"] } } : undefined;

function pagesOf(directory: string) {
  const pages = openPages(directory);
  if (pages === undefined) throw new Error("dist/console is missing: make build");
  return pages;
}

describe("certificates of clients", () => {
  it.skipIf(!isInstalled("openssl"))(
    "the server names whose it takes, also once it shows another certificate",
    async () => {
      const { server, pki, directory } = await startTestServer();
      const named = async (version: string): Promise<string> => {
        const args = ["s_client", "-connect", `127.0.0.1:${server.port}`, version];
        return (await runProgram("openssl", args, { timeoutMs: 20_000 })).stdout;
      };
      for (const version of ["-tls1_2", "-tls1_3"])
        expect(await named(version)).toContain("Acceptable client certificate CA names\nCN = plush-ca\n");
      const other = await ensurePki(join(directory, "pki"), { hosts: ["127.0.0.2"], now: Date.now() });
      server.present(other.server);
      expect(await named("-tls1_3")).toContain("Acceptable client certificate CA names\nCN = plush-ca\n");
      expect(pki.server).not.toEqual(other.server);
    },
  );

  it.skipIf(!isInstalled("chromium", "openssl", "certutil", "pk12util"))(
    "B-UI-3: a browser that has a certificate of another authority is not asked for it",
    async () => {
      const home = await mkdtemp(join(tmpdir(), "plush-nss-"));
      onTestFinished(() => rmSync(home, { recursive: true, force: true }));
      importCertificate(home);
      const browser = await openBrowser({ home });
      onTestFinished(() => browser.close());
      const { server } = await startTestServer({ pages: pagesOf(console) });
      const { tab } = await openTab(browser);
      // A browser that asks waits for somebody to choose.
      await tab.goto(`${server.url}/ui/`);
      await tab.getByRole("heading", { name: "Sign in to Plush" }).waitFor();
    },
  );
});

/** Into the store from which Chromium takes its user's certificates. */
function importCertificate(home: string): void {
  const run = (program: string, ...args: readonly string[]): void =>
    void execFileSync(program, args, { cwd: home, stdio: "ignore" });
  writeFileSync(join(home, "none"), "");
  run(
    ...(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"] as const),
    ...["-keyout", "key", "-out", "cert", "-subj", "/CN=somebody", "-days", "30"],
  );
  run(
    "openssl",
    "pkcs12",
    "-export",
    "-in",
    "cert",
    "-inkey",
    "key",
    "-out",
    "both",
    "-passout",
    "pass:x",
    "-name",
    "x",
  );
  const store = `sql:${join(home, ".pki/nssdb")}`;
  run("mkdir", "-p", ".pki/nssdb");
  run("certutil", "-N", "-d", store, "--empty-password");
  run("pk12util", "-i", "both", "-d", store, "-W", "x", "-K", "");
}
