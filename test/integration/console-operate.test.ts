import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { annotations, type KindInfo, type KubeObject, kinds, labels } from "../../pkg/api/index.ts";
import { runCaptured } from "../../pkg/cli/fixtures/run-captured.ts";
import { splitShellLine } from "../../pkg/console/ui/shell-line.ts";
import { isReason } from "../../pkg/status/index.ts";
import { openBrowser } from "../support/console.ts";
import { openConsoleTab } from "../support/console-tab.ts";
import { isInstalled } from "../support/programs.ts";
import { startTestServer, type TestServer } from "../support/test-api.ts";

const soon = { timeout: 15_000, interval: 50 };

interface Fields {
  readonly [name: string]: unknown;
}

/** An action: what it is about, and what is clicked and filled in until it is to be confirmed. */
interface ActionCase {
  readonly kind: KindInfo;
  readonly spec?: Fields;
  readonly status?: Fields;
  readonly annotations?: Readonly<Record<string, string>>;
  /** More that has to be there. */
  readonly also?: (server: TestServer, name: string) => Promise<void>;
  readonly ask: (tab: Page) => Promise<void>;
  /** What a controller does once it is asked. */
  readonly answer?: (server: TestServer, name: string) => Promise<void>;
}

const component = { name: "main", replicas: 2 };
const application = { components: [component] };
const machine = { address: "NAME.example" };
const sync = { url: "https://192.0.2.1/NAME.git" };

const head = (text: string) => (tab: Page) => tab.getByRole("button", { name: text, exact: true }).click();
const more = (text: string) => async (tab: Page) => {
  await tab.getByRole("button", { name: "More actions" }).click();
  await tab.getByRole("menuitem", { name: text, exact: true }).click();
};
const filled = (open: (tab: Page) => Promise<void>, label: RegExp, text: string) => async (tab: Page) => {
  await open(tab);
  await tab.getByLabel(label).fill(text);
  await tab.getByRole("button", { name: "Continue" }).click();
};

async function revisions(server: TestServer, name: string): Promise<void> {
  for (const revision of [1, 2]) {
    const spec = {
      applicationName: name,
      revision,
      hash: `h${revision}`,
      components: [component],
      phases: [],
      software: [],
    };
    const metadata = { name: `${name}-${revision}`, namespace: "default", labels: { [labels.application]: name } };
    await server.controller.create(kinds.ApplicationRevision, object(kinds.ApplicationRevision, metadata, { spec }));
  }
}

/** The status of a GitSync that has followed a request, as its controller writes it. */
async function follow(server: TestServer, name: string): Promise<void> {
  const key = { namespace: "default", name };
  const asked = async () =>
    (await server.user.get(kinds.GitSync, key)).metadata.annotations?.[annotations.syncRequestedAt];
  await expect.poll(asked, soon).toBeDefined();
  const condition = {
    type: "Ready",
    status: "True",
    reason: "Applied",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  const body = { status: { handledRequest: await asked(), conditions: [condition] } };
  await server.controller.patch(kinds.GitSync, key, { type: "merge", body }, { subresource: "status" });
}

const quarantine = { until: "2030-01-01T00:00:00Z", strikes: 2, reason: "SSH fails" };
const cases: Readonly<Record<string, ActionCase>> = {
  "restarts an application": { kind: kinds.Application, spec: application, ask: head("Restart") },
  "pauses a rollout": { kind: kinds.Application, spec: application, ask: more("Pause the rollout") },
  "resumes a rollout": {
    ...{ kind: kinds.Application, spec: { ...application, paused: true, pinnedRevision: 1 } },
    ask: head("Resume the rollout"),
  },
  "rolls back": {
    ...{ kind: kinds.Application, spec: application, status: { currentRevision: "NAME-2" }, also: revisions },
    async ask(tab) {
      await more("Roll back")(tab);
      await tab.getByRole("radio", { name: /^1/, checked: true }).waitFor();
      await tab.getByRole("button", { name: "Continue" }).click();
    },
  },
  "aborts an application": { kind: kinds.Application, spec: application, ask: more("Abort") },
  "starts an application again": {
    ...{ kind: kinds.Application, spec: { ...application, suspend: true } },
    ask: head("Start again"),
  },
  "scales an application": { kind: kinds.Application, spec: application, ask: filled(head("Scale"), /Members/, "5") },
  "cordons a machine": { kind: kinds.Resource, spec: machine, ask: head("Cordon") },
  "uncordons a machine, which ends its quarantine": {
    ...{
      kind: kinds.Resource,
      spec: { ...machine, unschedulable: true },
      status: { state: "Quarantined", quarantine },
    },
    ask: head("Uncordon"),
  },
  "drains a machine": { kind: kinds.Resource, spec: machine, ask: head("Drain") },
  "trusts a new host key": {
    ...{ kind: kinds.Resource, spec: machine, status: { hostKey: "SHA256:old", presentedHostKey: "SHA256:new" } },
    async ask(tab) {
      await head("Trust its new host key")(tab);
      for (const key of ["SHA256:old", "SHA256:new"]) await tab.getByRole("dialog").getByText(key).waitFor();
    },
  },
  "reboots a machine": { kind: kinds.Resource, spec: machine, ask: more("Reboot") },
  "replaces in spite of a brake": {
    kind: kinds.ResourcePool,
    spec: { provider: { static: { hosts: [{ address: "NAME.example" }] } }, ssh: { user: "nobody" } },
    status: { braked: true },
    ask: head("Resume replacing"),
  },
  "has a repository asked": { kind: kinds.GitSync, spec: sync, ask: head("Sync now"), answer: follow },
  "suspends a GitSync": { kind: kinds.GitSync, spec: sync, ask: more("Suspend") },
  "resumes a GitSync": { kind: kinds.GitSync, spec: { ...sync, suspend: true }, ask: head("Resume") },
  "sets and removes labels": {
    kind: kinds.Resource,
    spec: machine,
    ask: filled(more("Labels"), /KEY/, "tier=front site-"),
  },
  "sets annotations": {
    ...{ kind: kinds.GitSync, spec: sync, annotations: { note: "old" } },
    ask: filled(more("Annotations"), /KEY/, "note='two words; $(true)' example.com/x=1"),
  },
  "deletes an object": { kind: kinds.Hook, spec: { url: "https://NAME.example/" }, ask: more("Delete") },
  "edits an object": {
    ...{ kind: kinds.GitSync, spec: sync },
    async ask(tab) {
      await more("Edit")(tab);
      const line = tab.getByRole("textbox", { name: "Fields of the object" }).getByText("interval");
      await line.click();
      await tab.keyboard.press("End");
      await tab.keyboard.press("Enter");
      await tab.keyboard.type("timeout: 17s");
      await tab.getByText("timeout: 17s").waitFor();
      // The other one, which the server has filled in.
      await tab.getByText(/^ *timeout: (?!17s)/).click();
      await tab.keyboard.press("Home");
      await tab.keyboard.press("Shift+End");
      await tab.keyboard.press("Delete");
      await tab.getByRole("button", { name: "Look at what changes" }).click();
      await tab.getByRole("dialog").getByText("spec.timeout").waitFor();
    },
  },
};

function object(kind: KindInfo, metadata: Fields, content: Fields): KubeObject {
  return {
    apiVersion: kind.group === "" ? kind.version : `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata,
    ...content,
  };
}

async function makeTwin(
  server: TestServer,
  name: string,
  { kind, spec, status, annotations = {}, also }: ActionCase,
): Promise<void> {
  const named = (content: Fields): Fields => JSON.parse(JSON.stringify(content).replaceAll("NAME", name)) as Fields;
  const place = kind.namespaced ? { namespace: "default" } : {};
  const metadata = { name, ...place, annotations, labels: { site: "here" } };
  await server.user.create(kind, object(kind, metadata, { spec: named(spec ?? {}) }), { fieldManager: "maker" });
  const key = { namespace: place.namespace ?? "", name };
  if (status !== undefined)
    await server.controller.patch(
      kind,
      key,
      { type: "merge", body: { status: named(status) } },
      { subresource: "status" },
    );
  await also?.(server, name);
}

/** What is the same of two objects that the same was done to: not who they are, nor when. */
async function likeness(server: TestServer, kind: KindInfo, name: string): Promise<unknown> {
  const key = { namespace: kind.namespaced ? "default" : "", name };
  const found = await server.user.get(kind, key).catch((error: unknown) => {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  });
  if (found === undefined) return "gone";
  const { uid: _, resourceVersion: _version, managedFields = [], ...metadata } = found.metadata;
  const owners = managedFields.map(({ time: _time, ...entry }) => entry);
  const text = JSON.stringify({ ...found, metadata: { ...metadata, managedFields: owners } });
  const plain = text.replaceAll(name, "twin").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time");
  return JSON.parse(plain.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uid"));
}

describe.skipIf(!isInstalled("chromium"))("operating in the console", () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function start() {
    const server: TestServer = await startTestServer({}, { reboot: async (uid) => restart(server, uid) });
    const kubeconfig = join(server.directory, "kubeconfig");
    writeFileSync(kubeconfig, server.kubeconfig);
    const { tab, go } = await openConsoleTab(browser, kubeconfig);
    const plush = async (argv: readonly string[], input = "") => {
      const { code, out, err } = await runCaptured(["--kubeconfig", kubeconfig, ...argv], { input });
      return { code, text: out + err };
    };
    return { server, tab, go, plush };
  }

  /** As a machine does that goes down and comes back. */
  async function restart(server: TestServer, uid: string): Promise<void> {
    const { items } = await server.user.list(kinds.Resource);
    const found = items.find(({ metadata }) => metadata.uid === uid);
    const ready = {
      type: "Ready",
      status: "True",
      reason: "AgentReady",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const body = { status: { bootIdentity: "another", conditions: [ready] } };
    const key = { namespace: "", name: found?.metadata.name ?? "" };
    await server.controller.patch(kinds.Resource, key, { type: "merge", body }, { subresource: "status" });
  }

  /** The command that stands in the dialog, without "plush". */
  async function shownCommand(tab: Page): Promise<readonly string[]> {
    const text = await tab.getByRole("dialog").locator(".command-line code").textContent();
    const [program, ...argv] = splitShellLine(text ?? "") ?? [];
    expect(program).toBe("plush");
    return argv;
  }

  async function confirm(tab: Page): Promise<void> {
    const title = (await tab.getByRole("dialog").getAttribute("aria-label")) ?? "";
    // Another one may follow it.
    const dialog = tab.getByRole("dialog", { name: title, exact: true });
    await dialog.locator("[aria-busy=true]").waitFor({ state: "detached" });
    await dialog.locator("footer").getByRole("button").last().click();
    await dialog.waitFor({ state: "detached" });
  }

  it("B-UI-80: every action makes of an object what the command beside it makes of its twin", async () => {
    const { server, tab, go, plush } = await start();
    for (const [index, [what, one]] of Object.entries(cases).entries()) {
      const [mine, other] = [`mine-${index}`, `othr-${index}`];
      for (const name of [mine, other]) await makeTwin(server, name, one);
      const { kind, ask, answer } = one;
      const before = await likeness(server, kind, mine);
      await go(`/objects/${kind.plural}/${kind.namespaced ? "default" : "-"}/${mine}`);
      await ask(tab);
      const argv = await shownCommand(tab);
      expect(argv.join(" "), what).toContain(mine);
      await Promise.all([confirm(tab), answer?.(server, mine)]);
      const [{ code, text }] = await Promise.all([
        plush(argv.map((word) => word.replaceAll(mine, other))),
        answer?.(server, other),
      ]);
      expect(`${code} ${text}`, what).toMatch(/^0 /);
      const theirs = await likeness(server, kind, other);
      expect(theirs, what).not.toEqual(before);
      await expect.poll(() => likeness(server, kind, mine), soon).toEqual(theirs);
    }
  });

  it("B-UI-81: a manifest is looked at before it is applied, and what is wrong with it stands at its line", async () => {
    const { server, tab, go, plush } = await start();
    await go("/objects/hooks");
    await tab.getByRole("button", { name: "Apply a manifest" }).click();
    const manifest = (name: string, url: string): string =>
      `apiVersion: plush.dev/v1\nkind: Hook\nmetadata: {name: ${name}}\nspec:\n  url: ${url}\n`;
    const dialog = tab.getByRole("dialog");
    await dialog.getByLabel("Manifest").fill(manifest("mine", "no-url"));
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText(/^5: spec\.url/).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await tab.getByRole("button", { name: "Apply a manifest" }).click();
    await dialog.getByLabel("Manifest").fill(manifest("mine", "https://mine.example/"));
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("hook mine is created").waitFor();
    const argv = await shownCommand(tab);
    await confirm(tab);
    await plush(argv, manifest("othr", "https://othr.example/"));
    await tab.getByRole("link", { name: "othr" }).waitFor();
    const theirs = await likeness(server, kinds.Hook, "othr");
    expect(await likeness(server, kinds.Hook, "mine")).toEqual(theirs);
  });

  it("B-UI-82: a token is made with its role, shown once, and does what its twin of the command line does", async () => {
    const { server, tab, go, plush } = await start();
    await go("/access");
    await tab.getByText("system:masters").first().waitFor();
    await tab.getByRole("button", { name: "Create a token" }).click();
    const dialog = tab.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("mine");
    await dialog.getByLabel("Role").selectOption("view");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await dialog.getByText("A credential for mine: role view in all namespaces").waitFor();
    const argv = await shownCommand(tab);
    await confirm(tab);
    const config = JSON.parse(await dialog.getByLabel("kubeconfig").inputValue()) as {
      readonly users: readonly { readonly user: { readonly token: string } }[];
    };
    expect(config.users[0]?.user.token).toMatch(/^plush/);
    await dialog.getByRole("button", { name: "Done" }).click();
    expect(await plush(argv.map((word) => word.replace("mine", "othr")))).toMatchObject({ code: 0 });
    const plain = async (name: string): Promise<string> => {
      const text = JSON.stringify([await likeness(server, kinds.Token, name), await bindings(server, name)]);
      return text.replaceAll(name, "twin").replaceAll(/"hash":"[^"]*"|twin-\w{5}/g, "");
    };
    expect(await plain("mine")).toBe(await plain("othr"));
    expect(await plain("mine")).toContain("clusterroles/view".split("/")[1]);
    await tab.getByRole("button", { name: "Actions of mine" }).click();
    await tab.getByRole("menuitem", { name: "Delete" }).click();
    await dialog.getByText("1 clusterrolebinding goes with it").waitFor();
    await confirm(tab);
    await tab.getByRole("link", { name: "mine", exact: true }).waitFor({ state: "detached" });
  });

  async function bindings(server: TestServer, name: string): Promise<readonly unknown[]> {
    const { items } = await server.user.list(kinds.ClusterRoleBinding);
    const own = items.filter(({ metadata }) => metadata.name?.startsWith(`token-${name}-`));
    return own.map(({ roleRef, subjects }) => ({ roleRef, subjects }));
  }

  it("B-UI-83: what is deleted while it is open stays to be seen, and a change meanwhile is not overwritten", async () => {
    const { server, tab, go } = await start();
    const key = { namespace: "default", name: "mine" };
    const url = (text: string) => ({ type: "merge", body: { spec: { url: text } } }) as const;
    await server.user.create(kinds.Hook, object(kinds.Hook, key, { spec: { url: "https://one.example/" } }));
    await go("/objects/hooks/default/mine?edit=1");
    const editor = tab.getByRole("textbox", { name: "Fields of the object" });
    await editor.getByText("https://one.example/").waitFor();
    await server.user.patch(kinds.Hook, key, url("https://two.example/"));
    await tab.getByText("It has changed since you began.").waitFor();
    expect(await tab.getByRole("button", { name: "Look at what changes" }).isDisabled()).toBe(true);
    await tab.getByRole("button", { name: "Begin anew with what is there now" }).click();
    await editor.getByText("https://two.example/").waitFor();
    await tab.getByRole("button", { name: "Stop editing" }).click();
    await server.user.delete(kinds.Hook, key);
    await tab.getByText("It has been deleted.").waitFor();
    await tab.getByRole("button", { name: "YAML" }).click();
    await tab.getByText("https://two.example/").waitFor();
    expect(await tab.getByRole("button", { name: "More actions" }).count()).toBe(0);
  });

  it("B-UI-84: markup in what others have written is text, and values of Secrets are shown when they are asked for", async () => {
    const { server, tab, go } = await start();
    const markup = "<img src=x onerror=\"document.title='hit'\"><b>bold</b>";
    const metadata = { name: "mine", namespace: "default", annotations: { "example.com/note": markup } };
    await server.user.create(kinds.Secret, object(kinds.Secret, metadata, { stringData: { key: "hunter2" } }));
    await server.user.create(
      kinds.Event,
      object(
        kinds.Event,
        { name: "e1", namespace: "default" },
        {
          ...{ involvedObject: { apiVersion: "v1", kind: "Secret", name: "mine", namespace: "default" }, count: 3 },
          ...{ reason: "Marked", message: markup, type: "Warning", lastTimestamp: new Date().toISOString() },
        },
      ),
    );
    await go("/objects/secrets/default/mine");
    await tab.getByText(markup).waitFor();
    await tab.getByRole("button", { name: "YAML" }).click();
    await tab.getByText("***").waitFor();
    await tab.getByRole("button", { name: "Show its values" }).click();
    await tab.getByText(Buffer.from("hunter2").toString("base64")).waitFor();
    await go("/events");
    await tab.getByRole("cell", { name: markup }).waitFor();
    await tab.getByText("×3").waitFor();
    expect(await tab.title()).not.toBe("hit");
  });

  it("B-UI-85: Ctrl-K finds pages, objects and what can be done with the one in view; g and a letter go to pages", async () => {
    const { server, tab, go } = await start();
    await makeTwin(server, "mine-1", { kind: kinds.Resource, spec: machine, ask: async () => undefined });
    await go("/objects/resources");
    await tab.getByRole("link", { name: "mine-1" }).waitFor();
    await tab.keyboard.press("Control+k");
    await tab.keyboard.type("pool");
    await tab.getByRole("option", { name: /^Pools/, selected: true }).waitFor();
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/\/ui\/pools$/);
    await tab.keyboard.press("g");
    await tab.keyboard.press("e");
    await tab.waitForURL(/\/ui\/events$/);
    await go("/objects/resources/-/mine-1");
    await tab.getByRole("button", { name: "Cordon" }).waitFor();
    await tab.keyboard.press("/");
    await tab.keyboard.type("cord mine");
    await tab.getByRole("option", { name: /^Cordon/, selected: true }).waitFor();
    await tab.keyboard.press("Enter");
    await confirm(tab);
    const isCordoned = async () =>
      (await server.user.get(kinds.Resource, { namespace: "", name: "mine-1" })).spec.unschedulable;
    expect(await isCordoned()).toBe(true);
    await tab.keyboard.press("Control+k");
    await tab.keyboard.type("resource mine");
    await tab.getByRole("option", { name: /^mine-1/ }).click();
    await tab.waitForURL(/\/ui\/map\?machine=mine-1$/);
    await tab.keyboard.press("?");
    await tab.getByRole("dialog", { name: "Keys" }).waitFor();
    await tab.keyboard.press("Escape");
    await tab.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("B-UI-87: of 10,000 events those that can be seen are drawn; new ones come on top, and none while they are paused", async () => {
    const { server, tab, go } = await start();
    const tell = (index: number, reason: string) => {
      const lastTimestamp = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
      const involvedObject = {
        apiVersion: "plush.dev/v1",
        kind: "Process",
        name: `p-${index % 50}`,
        namespace: "default",
      };
      const content = {
        involvedObject,
        reason,
        message: `message ${index}`,
        type: index % 10 === 0 ? "Warning" : "Normal",
      };
      return server.controller.create(
        kinds.Event,
        object(kinds.Event, { name: `e-${index}`, namespace: "default" }, { ...content, lastTimestamp }),
      );
    };
    for (let made = 0; made < 10_000; made += 1000)
      await Promise.all(Array.from({ length: 1000 }, (_, index) => tell(made + index, "Told")));
    await go("/events");
    await tab.getByText("10000", { exact: true }).waitFor();
    await tab.getByRole("cell", { name: "message 9999", exact: true }).waitFor();
    expect(await tab.locator("tbody tr").count()).toBeLessThan(80);
    await tab.getByRole("button", { name: "Pause" }).click();
    await tell(10_000, "Later");
    await tab.getByText("10001", { exact: true }).or(tab.getByText("10000 of 10001")).waitFor();
    expect(await tab.getByRole("cell", { name: "Later" }).count()).toBe(0);
    await tab.getByRole("button", { name: "Go on" }).click();
    await tab.getByRole("cell", { name: "message 10000" }).waitFor();
    await tab.getByRole("combobox", { name: "Type" }).selectOption("Warning");
    await tab.getByText("1001 of 10001").waitFor();
    await tab.getByRole("searchbox").fill("process/p-0 message 550");
    await tab.getByText("11 of 10001").waitFor();
  });

  it("B-UI-86: a namespace that is chosen, or that a link names, holds on the next page", async () => {
    const { server, tab, go } = await start();
    await server.user.create(kinds.Namespace, object(kinds.Namespace, { name: "other" }, {}));
    for (const namespace of ["default", "other"])
      await server.user.create(
        kinds.ConfigMap,
        object(kinds.ConfigMap, { name: `in-${namespace}`, namespace }, { data: { a: "1" } }),
      );
    await go("/objects/configmaps?namespace=other");
    await tab.getByRole("link", { name: "in-other" }).waitFor();
    expect(await tab.getByRole("link", { name: "in-default" }).count()).toBe(0);
    await tab.getByRole("link", { name: /^secrets/ }).click();
    await tab.getByRole("link", { name: /^configmaps/ }).click();
    await tab.getByRole("link", { name: "in-other" }).waitFor();
    expect(await tab.getByRole("link", { name: "in-default" }).count()).toBe(0);
    await tab.getByRole("combobox", { name: "Namespace" }).selectOption("");
    await tab.getByRole("link", { name: "in-default" }).waitFor();
    await tab.getByLabel("Select in-default").check();
    await tab.getByLabel("Select in-other").check();
    await tab.getByText("Only objects of one namespace can be changed together.").waitFor();
    await tab.getByLabel("Select in-other").uncheck();
    await tab.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
    await confirm(tab);
    await tab.getByRole("link", { name: "in-default" }).waitFor({ state: "detached" });
  });
});
