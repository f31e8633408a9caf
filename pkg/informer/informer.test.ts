import { expect, onTestFinished, test } from "vitest";
import { openTestApi, type TestApi } from "../../test/support/test-api.ts";
import { type ConfigMap, kinds } from "../api/index.ts";
import type { ApiClient } from "../client/index.ts";
import { FakeClock } from "../clock/index.ts";
import { silentLogger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";
import { Informer } from "./informer.ts";

const map = (name: string, text = "") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { text },
});
const key = (name: string) => ({ namespace: "default", name });

/** The real API, whose next calls can be made to fail, and whose watches can be broken or held back. */
function faulty(api: ApiClient) {
  const faults: { list: StatusError[]; breakWatches: (error: StatusError) => void; lists: number } = {
    list: [],
    breakWatches: () => {},
    lists: 0,
  };
  const client: ApiClient = {
    ...bound(api),
    list: async (kind, options) => {
      faults.lists++;
      const fault = faults.list.shift();
      if (fault !== undefined) throw fault;
      return api.list(kind, options);
    },
    async *watch(kind, options) {
      let fault: StatusError | undefined;
      const breaking = new AbortController();
      faults.breakWatches = (error) => {
        fault = error;
        breaking.abort();
      };
      const signal = options.signal ? AbortSignal.any([options.signal, breaking.signal]) : breaking.signal;
      yield* api.watch(kind, { ...options, signal });
      if (fault !== undefined) throw fault;
    },
  };
  return { client, faults };
}

function bound(api: ApiClient): ApiClient {
  return {
    get: (...args) => api.get(...args),
    list: (...args) => api.list(...args),
    create: (...args) => api.create(...args),
    update: (...args) => api.update(...args),
    patch: (...args) => api.patch(...args),
    delete: (...args) => api.delete(...args),
    watch: (...args) => api.watch(...args),
    post: (...args) => api.post(...args),
  };
}

async function startInformer() {
  const test: TestApi = await openTestApi();
  const { client, faults } = faulty(test.controller);
  const clock = new FakeClock();
  const informer = new Informer<ConfigMap>({
    api: client,
    kind: kinds.ConfigMap,
    clock,
    random: () => 0,
    log: silentLogger,
  });
  onTestFinished(() => informer.stop());
  const seen: string[] = [];
  informer.subscribe((before, after) => {
    const verb = before === undefined ? "+" : after === undefined ? "-" : "~";
    seen.push(`${verb}${(after ?? before)?.metadata.name}`);
  });
  return { user: test.user, informer, clock, faults, seen };
}

test("is filled by a list and follows the watch", async () => {
  const { user, informer, seen } = await startInformer();
  await user.create(kinds.ConfigMap, map("a"));
  informer.start();
  await informer.synced;
  expect(seen).toEqual(["+a"]);
  await user.create(kinds.ConfigMap, map("b"));
  await user.patch(kinds.ConfigMap, key("a"), { type: "merge", body: { data: { text: "new" } } });
  await user.delete(kinds.ConfigMap, key("b"));
  await expect.poll(() => seen).toEqual(["+a", "+b", "~a", "-b"]);
  expect(informer.cache.get(key("a"))?.data).toEqual({ text: "new" });
});

test("sees own writes at once, and is told of them once", async () => {
  const { user, informer, seen } = await startInformer();
  informer.start();
  await informer.synced;
  const created = await user.create(kinds.ConfigMap, map("mine"));
  informer.observeWrite(created);
  expect(informer.cache.get(key("mine"))).toBe(created);
  await user.delete(kinds.ConfigMap, key("mine"));
  informer.observeDelete(created.metadata.uid ?? "");
  informer.observeWrite(created); // an answer that was slow
  await user.create(kinds.ConfigMap, map("other"));
  await expect.poll(() => seen).toEqual(["+mine", "-mine", "+other"]);
});

test("goes on after errors from where it was, and lists again when its place is lost", async () => {
  const { user, informer, clock, faults, seen } = await startInformer();
  faults.list.push(new StatusError("ServiceUnavailable", "not yet"));
  informer.start();
  await clock.advance(99);
  await informer.synced;
  expect(faults.lists).toBe(2);
  await user.create(kinds.ConfigMap, map("a"));
  await expect.poll(() => seen).toEqual(["+a"]);

  faults.breakWatches(new StatusError("Unreachable", "cut"));
  await expect.poll(() => clock.pending).toBe(1);
  await user.create(kinds.ConfigMap, map("b"));
  await clock.advance(100);
  await expect.poll(() => seen).toEqual(["+a", "+b"]);
  expect(faults.lists).toBe(2);

  faults.breakWatches(new StatusError("Expired", "too old"));
  await expect.poll(() => clock.pending).toBe(1);
  await user.delete(kinds.ConfigMap, key("a"));
  await clock.advance(100);
  await expect.poll(() => seen).toEqual(["+a", "+b", "-a"]);
  expect(faults.lists).toBe(3);
});
