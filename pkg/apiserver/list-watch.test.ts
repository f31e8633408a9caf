import { expect, test } from "vitest";
import { openTestApi } from "../../test/support/test-api.ts";
import { type ConfigMap, type KubeObject, kinds } from "../api/index.ts";
import type { ApiClient, WatchEvent } from "../client/index.ts";
import { FakeClock } from "../clock/index.ts";

function configMap(name: string, labels: Record<string, string> = {}, namespace = "default"): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels } };
}

async function fill(user: ApiClient, names: readonly string[]): Promise<void> {
  for (const name of names) await user.create(kinds.ConfigMap, configMap(name, { odd: name.slice(1) }));
}

function names(items: readonly ConfigMap[]): readonly (string | undefined)[] {
  return items.map(({ metadata }) => metadata.name);
}

test("all pages of a list come from one snapshot, whatever is written meanwhile", async () => {
  const { user } = await openTestApi();
  await fill(user, ["c1", "c2", "c3", "c4"]);
  const first = await user.list(kinds.ConfigMap, { namespace: "default", limit: 2 });
  expect(names(first.items)).toEqual(["c1", "c2"]);
  expect(first.metadata.remainingItemCount).toBe(2);
  await user.delete(kinds.ConfigMap, { namespace: "default", name: "c3" });
  await fill(user, ["c5"]);
  const next = first.metadata.continue ?? "";
  const second = await user.list(kinds.ConfigMap, { namespace: "default", limit: 2, continue: next });
  expect(names(second.items)).toEqual(["c3", "c4"]);
  expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  await expect(user.list(kinds.ConfigMap, { continue: "x" })).rejects.toMatchObject({ reason: "BadRequest" });
});

test("selectors choose by labels and fields; a page holds as many as were asked, chosen ones", async () => {
  const { user } = await openTestApi();
  await fill(user, ["c1", "c2", "c3", "c4", "c5"]);
  const page = await user.list(kinds.ConfigMap, { labelSelector: "odd in (2,4,5)", limit: 2 });
  expect(names(page.items)).toEqual(["c2", "c4"]);
  const rest = await user.list(kinds.ConfigMap, {
    labelSelector: "odd in (2,4,5)",
    limit: 2,
    continue: page.metadata.continue ?? "",
  });
  expect(names(rest.items)).toEqual(["c5"]);
  const one = await user.list(kinds.ConfigMap, { namespace: "default", fieldSelector: "metadata.name=c3" });
  expect(names(one.items)).toEqual(["c3"]);
  const others = await user.list(kinds.ConfigMap, { fieldSelector: "metadata.name!=c3,metadata.namespace=default" });
  expect(names(others.items)).toEqual(["c1", "c2", "c4", "c5"]);
  await expect(user.list(kinds.ConfigMap, { fieldSelector: "spec.image=x" })).rejects.toMatchObject({
    reason: "BadRequest",
    message: "field label not supported: spec.image",
  });
});

/** Reads events until `count` have come. */
async function take(events: AsyncIterable<WatchEvent<ConfigMap>>, count: number): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { type, object } of events) {
    seen.push(`${type} ${object.metadata.name ?? ""}`.trim());
    if (seen.length === count) break;
  }
  return seen;
}

test("a watch shows what is there, then every change; a selection is entered and left", async () => {
  const { user } = await openTestApi();
  await fill(user, ["c1"]);
  const all = take(user.watch(kinds.ConfigMap, { sendInitialEvents: true }), 7);
  const ones = take(user.watch(kinds.ConfigMap, { labelSelector: "odd=1" }), 4);
  const key = { namespace: "default", name: "c1" };
  const label = (odd: string) => ({ type: "merge", body: { metadata: { labels: { odd } } } }) as const;
  await user.patch(kinds.ConfigMap, key, label("x"));
  await user.patch(kinds.ConfigMap, key, label("1"));
  await fill(user, ["c2"]);
  await user.delete(kinds.ConfigMap, key);
  await user.delete(kinds.ConfigMap, { namespace: "default", name: "c2" });
  expect(await all).toEqual([
    "ADDED c1",
    "BOOKMARK",
    "MODIFIED c1",
    "MODIFIED c1",
    "ADDED c2",
    "DELETED c1",
    "DELETED c2",
  ]);
  expect(await ones).toEqual(["ADDED c1", "DELETED c1", "ADDED c1", "DELETED c1"]);
});

test("a watch goes on from any version that a list gave, and a deletion carries its own", async () => {
  const { user } = await openTestApi();
  await fill(user, ["c1"]);
  const { metadata } = await user.list(kinds.ConfigMap);
  const created = await user.create(kinds.ConfigMap, configMap("c2"));
  await user.delete(kinds.ConfigMap, { namespace: "default", name: "c2" });
  const events: WatchEvent<ConfigMap>[] = [];
  for await (const event of user.watch(kinds.ConfigMap, { resourceVersion: metadata.resourceVersion })) {
    events.push(event);
    if (events.length === 2) break;
  }
  expect(events.map(({ type }) => type)).toEqual(["ADDED", "DELETED"]);
  const version = Number(events[1]?.object.metadata.resourceVersion);
  expect(version).toBe(Number(created.metadata.resourceVersion) + 1);
  expect(Number((await user.list(kinds.ConfigMap)).metadata.resourceVersion)).toBe(version);
});

test("a version in the future is refused in a way that clients retry", async () => {
  const { user, store } = await openTestApi();
  const resourceVersion = String(store.revision + 10);
  await expect(user.list(kinds.ConfigMap, { resourceVersion })).rejects.toMatchObject({
    reason: "Timeout",
    details: { retryAfterSeconds: 1, causes: [expect.objectContaining({ reason: "ResourceVersionTooLarge" })] },
  });
});

test("a watch ends when its signal is aborted, and when the server closes", async () => {
  const { user, store } = await openTestApi();
  const stopping = new AbortController();
  const aborted = take(user.watch(kinds.ConfigMap, { signal: stopping.signal }), 1);
  const closed = take(user.watch(kinds.ConfigMap, {}), 1);
  stopping.abort();
  expect(await aborted).toEqual([]);
  await store.close();
  expect(await closed).toEqual([]);
});

function token(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

test("a token is good for the list that gave it, and for no other", async () => {
  const { user, store } = await openTestApi();
  await fill(user, ["c1", "c2", "c3"]);
  const { metadata } = await user.list(kinds.ConfigMap, { namespace: "default", limit: 1 });
  const given = metadata.continue ?? "";
  const decoded = JSON.parse(Buffer.from(given, "base64url").toString()) as { rv: number; after: string };
  const bad = [
    "x",
    given.slice(0, -3),
    `${given}AAAA`,
    "A".repeat(5000),
    token({ ...decoded, v: 2 }),
    token({ ...decoded, rv: -7 }),
    token({ ...decoded, rv: 1e300 }),
    token({ ...decoded, rv: store.revision + 100 }),
    token({ ...decoded, after: "/registry/core/secrets/default/a" }),
    token({ ...decoded, after: "/registry/core/configmaps/other/a" }),
  ];
  for (const wrong of bad)
    await expect(user.list(kinds.ConfigMap, { namespace: "default", limit: 1, continue: wrong })).rejects.toMatchObject(
      {
        reason: "BadRequest",
        message: "continue key is not valid",
      },
    );
  await expect(user.list(kinds.Secret, { limit: 1, continue: given })).rejects.toMatchObject({ reason: "BadRequest" });
  const { items } = await user.list(kinds.ConfigMap, { namespace: "default", continue: given });
  expect(names(items)).toEqual(["c2", "c3"]);
});

test("a list whose snapshot is forgotten is told so, and may go on in what is there now", async () => {
  const clock = new FakeClock(1_700_000_000_000);
  const retention = { maxAgeMs: 60_000, maxBytes: 1, minAgeMs: 0, minRevisions: 0 };
  const { user, store } = await openTestApi({ clock, retention });
  await fill(user, ["c1", "c2", "c3"]);
  const { metadata } = await user.list(kinds.ConfigMap, { limit: 1 });
  await fill(user, ["c4"]);
  for (let hour = 0; store.compacted <= Number(metadata.resourceVersion) && hour < 10; hour++) {
    await fill(user, [`d${hour}`]);
    await clock.advance(3_600_000);
  }
  const old = metadata.continue ?? "";
  const refusal = await user.list(kinds.ConfigMap, { limit: 1, continue: old }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ reason: "Expired", code: 410, continue: expect.any(String) });
  const next = (refusal as { continue: string }).continue;
  const rest = await user.list(kinds.ConfigMap, { limit: 2, continue: next });
  expect(names(rest.items)).toEqual(["c2", "c3"]);
  expect(rest.metadata.resourceVersion).toBe(String(store.revision));
  const last = await user.list(kinds.ConfigMap, { continue: rest.metadata.continue ?? "" });
  expect(names(last.items)[0]).toBe("c4");
});
