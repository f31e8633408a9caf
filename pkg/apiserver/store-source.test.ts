import { expect, onTestFinished, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { type ConfigMap, kinds } from "../api/index.ts";

const map = (name: string, namespace: string, text: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, labels: { text } },
  data: { text },
});

test("a kind read from the store is what the store has, tells of changes, and has versions by namespace", async () => {
  const { api, user } = await openTestApi();
  for (const name of ["one", "two"])
    await user.create(kinds.Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await user.create(kinds.ConfigMap, map("a", "one", "1"));
  const source = api.sourceOf<ConfigMap>(kinds.ConfigMap);
  const told: (string | undefined)[][] = [];
  source.subscribe((before, after) => told.push([before?.data?.["text"], after?.data?.["text"]]));
  source.start();
  onTestFinished(() => source.stop());
  const { cache } = source;
  const [one, two, all] = [cache.version("one"), cache.version("two"), cache.version()];

  const a = await user.update(kinds.ConfigMap, map("a", "one", "2"));
  const key = { namespace: "one", name: "a" };
  expect(cache.get(key)).toEqual(a);
  expect(cache.byUid(a.metadata.uid ?? "")).toEqual(a);
  expect(cache.list("one")).toEqual([a]);
  expect(cache.withLabel("text", "2")).toEqual([a]);
  expect(cache.version("two")).toBe(two);
  expect(cache.version("one")).not.toBe(one);
  expect(cache.version()).not.toBe(all);

  await user.delete(kinds.ConfigMap, key);
  expect(cache.get(key)).toBeUndefined();
  expect(told).toEqual([
    ["1", "2"],
    ["2", undefined],
  ]);
});
