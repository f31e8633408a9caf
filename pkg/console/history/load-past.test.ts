import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startTestServer } from "../../../test/support/test-api.ts";
import { type ConfigMap, kinds } from "../../api/index.ts";
import { httpClient, loadConfiguration } from "../../client/index.ts";
import { loadPast } from "./load-past.ts";

const map = (name: string, text: string): ConfigMap => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", data: { text } },
  metadata: { name, namespace: "default" },
});

it("B-UI-100: reads what was there at a time, and all that came of it", async () => {
  const server = await startTestServer();
  const kubeconfig = join(server.directory, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const { connection } = await loadConfiguration({ file: kubeconfig, env: {}, home: "/" });
  const client = httpClient(connection);
  onTestFinished(() => client.close());
  const { user, store } = server;
  // More than a page.
  await Promise.all(Array.from({ length: 520 }, (_, n) => user.create(kinds.ConfigMap, map(`still-${n}`, "0"))));
  await user.create(kinds.ConfigMap, map("a", "1"));
  await user.create(kinds.ConfigMap, map("b", "1"));
  const from = store.revision;
  const merge = (text: string) => ({ type: "merge", body: { data: { text } } }) as const;
  await user.patch(kinds.ConfigMap, { namespace: "default", name: "a" }, merge("2"));
  const middle = store.revision;
  await user.delete(kinds.ConfigMap, { namespace: "default", name: "b" });
  await user.create(kinds.ConfigMap, map("c", "1"));
  const to = store.revision;
  await user.patch(kinds.ConfigMap, { namespace: "default", name: "a" }, merge("after"));
  const past = await loadPast(client, kinds.ConfigMap, { from, to }, {});
  const look = (revision: number): string[] => {
    past.seek(revision);
    return [...past.objects.values()]
      .filter(({ metadata }) => !metadata.name?.startsWith("still-"))
      .map(({ metadata, data }) => `${metadata.name}=${data?.["text"]}`)
      .sort();
  };
  expect([to, from, middle].map(look)).toEqual([
    ["a=2", "c=1"],
    ["a=1", "b=1"],
    ["a=2", "b=1"],
  ]);
  expect(past.objects.size).toBe(522);
  await expect(loadPast(client, kinds.ConfigMap, { from: 0, to }, {})).rejects.toThrow();
});
