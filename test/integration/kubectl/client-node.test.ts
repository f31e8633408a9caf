import { KubeConfig, KubernetesObjectApi, makeInformer, PatchStrategy } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { type ConfigMap, kinds } from "../../../pkg/api/index.ts";
import { startTestServer } from "../../support/test-api.ts";
import { application, configMap } from "./manifests.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

test("the JavaScript client reads, writes, patches and follows", async () => {
  const server = await startTestServer();
  const config = new KubeConfig();
  config.loadFromString(server.kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const manifest = { ...configMap("c", { a: "1" }), metadata: { name: "c", namespace: "default" } };
  await api.create(manifest);

  const seen: string[] = [];
  const list = async () => {
    const page = await server.user.list(kinds.ConfigMap, { namespace: "default" });
    return { apiVersion: "v1", kind: "ConfigMapList", metadata: page.metadata, items: [...page.items] as ConfigMap[] };
  };
  const informer = makeInformer(config, "/api/v1/namespaces/default/configmaps", list as never);
  for (const event of ["add", "update", "delete"] as const)
    informer.on(event, (object) => seen.push(`${event} ${object.metadata?.name}`));
  informer.on("error", () => {});
  await informer.start();
  await expect.poll(() => seen, soon).toEqual(["add c"]);

  const data = async (): Promise<unknown> =>
    (await server.user.get(kinds.ConfigMap, { namespace: "default", name: "c" })).data;
  await api.patch({ ...manifest, data: { b: "2" } });
  expect(await data()).toEqual({ a: "1", b: "2" });
  const merge = PatchStrategy.MergePatch;
  await api.patch({ ...manifest, data: { a: null } } as never, undefined, undefined, "me", undefined, merge);
  expect(await data()).toEqual({ b: "2" });
  // What it reads it sends back with times written another way; nothing has changed by that.
  const read = await api.read({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default" } });
  const replaced = await api.replace(read);
  expect(replaced.metadata?.resourceVersion).toBe(read.metadata?.resourceVersion);
  const app = { ...application("web"), metadata: { name: "web", namespace: "default" } };
  const apply = PatchStrategy.ServerSideApply;
  await api.patch(app, undefined, undefined, "me", true, apply);
  expect(await server.user.get(kinds.Application, { namespace: "default", name: "web" })).toMatchObject({
    metadata: { managedFields: [{ manager: "me", operation: "Apply" }] },
  });
  await api.delete(read);
  await expect.poll(() => seen.at(-1), soon).toBe("delete c");
  await informer.stop();
});
