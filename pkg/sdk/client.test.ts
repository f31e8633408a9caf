import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";
import {
  type Client,
  type ConfigMap,
  connect,
  defineKind,
  isReason,
  type KubeObject,
  kinds,
  type Manifest,
} from "./node.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

async function start(): Promise<{ readonly server: TestServer; readonly client: Client }> {
  const server = await startTestServer();
  const kubeconfig = join(server.directory, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const client = await connect({ kubeconfig });
  onTestFinished(() => client.close());
  return { server, client };
}

const map = (name: string, text: string): Manifest<ConfigMap> => ({ metadata: { name }, data: { text } });

test("writes and reads by kind, completing what it knows", async () => {
  const { client } = await start();
  const created = await client.configMaps.create(map("a", "1"));
  expect(created).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default" } });
  await client.configMaps.update({ ...created, data: { text: "2" } });
  await expect(client.configMaps.update({ ...created, data: { text: "3" } })).rejects.toMatchObject({
    reason: "Conflict",
  });
  const patched = await client.configMaps.patch("a", { type: "merge", body: { data: { more: "4" } } });
  expect(patched.data).toEqual({ text: "2", more: "4" });
  await client.namespaces.create({ metadata: { name: "team" } });
  const applied = await client.applications.apply({
    metadata: { name: "web", namespace: "team", labels: { tier: "front" } },
    spec: { components: [{ name: "servers" }] },
  });
  expect(applied.spec.components[0]?.replicas).toBe(1);
  expect(applied.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
    "plush-client Apply",
  ]);
  const page = await client.kind(kinds.Application).list({ labelSelector: "tier in (front)" });
  expect(page.items.map(({ metadata }) => metadata.namespace)).toEqual(["team"]);
  expect((await client.applications.get("web", { namespace: "team" })).metadata.uid).toBe(applied.metadata.uid);
  await client.configMaps.deleteCollection();
  expect(await client.configMaps.get("a").catch((error) => isReason(error, "NotFound"))).toBe(true);
});

test("asks for what is no object, and for kinds that it was not made for", async () => {
  const { client } = await start();
  expect(await (await client.request("/version")).json()).toHaveProperty("gitVersion");
  await expect(client.request("/apis/nobody.example.org/v1")).rejects.toMatchObject({ reason: "NotFound" });
  const made = await client.configMaps.create(map("known", "text"));
  interface Map extends KubeObject {
    readonly data: { readonly text: string };
  }
  const names = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };
  const found = await client.kind(defineKind<Map>(names)).get("known");
  expect([found.data.text, found.metadata.uid]).toEqual(["text", made.metadata.uid]);
});

test("an informer tells of changes, and answers from its copy", async () => {
  const { client } = await start();
  await client.configMaps.create({ ...map("old", "1"), metadata: { name: "old", labels: { on: "yes" } } });
  await client.configMaps.create(map("unlabelled", "1"));
  const seen: string[] = [];
  const informer = client.informer(kinds.ConfigMap, {
    namespace: "default",
    labelSelector: "on=yes",
    on: {
      add: ({ metadata }) => seen.push(`+${metadata.name}`),
      update: (after, before) => seen.push(`~${after.metadata.name} ${before.data?.["text"]}→${after.data?.["text"]}`),
      delete: ({ metadata }) => seen.push(`-${metadata.name}`),
    },
  });
  await informer.synced;
  expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(["old"]);
  await client.configMaps.patch("old", { type: "merge", body: { data: { text: "2" } } });
  expect((await informer.waitFor("old", ({ data }) => data?.["text"] === "2")).metadata.name).toBe("old");
  // What loses its label leaves the selection.
  await client.configMaps.patch("old", { type: "merge", body: { metadata: { labels: { on: "no" } } } });
  await expect.poll(() => seen, soon).toEqual(["+old", "~old 1→2", "-old"]);
  expect(informer.get("old")).toBeUndefined();
  const late: string[] = [];
  const { metadata } = await client.configMaps.create({
    ...map("new", "1"),
    metadata: { name: "new", labels: { on: "yes" } },
  });
  const found = await informer.waitFor("new", () => true);
  expect(informer.byUid(metadata.uid ?? "")).toBe(found);
  const off = informer.on({ add: (object) => late.push(object.metadata.name ?? "") });
  expect(late).toEqual(["new"]);
  off();
  await client.configMaps.delete("new");
  await informer.waitForDeletion(found);
  expect(seen.at(-1)).toBe("-new");
});

test("says what fails, and stops waiting where it is stopped", async () => {
  const { client } = await start();
  const errors: string[] = [];
  const nobodys = defineKind({
    group: "nobody.example.org",
    version: "v1",
    kind: "Nothing",
    plural: "nothings",
    namespaced: true,
  });
  const informer = client.informer(nobodys, { on: { error: ({ reason }) => errors.push(reason) } });
  const waiting = informer.waitFor("one", () => true);
  await expect.poll(() => errors[0], soon).toBe("NotFound");
  await expect(informer.waitFor("one", () => true, { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
    name: "TimeoutError",
  });
  await Promise.all([
    expect(waiting).rejects.toThrow("the informer was stopped"),
    expect(informer.synced).rejects.toThrow("the informer was stopped"),
    informer.stop(),
  ]);
});
