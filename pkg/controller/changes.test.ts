import { expect, test } from "vitest";
import { kinds, mustDecode, type Process } from "../api/index.ts";
import { isBeyondBarriers, isMoreThan, isWishOr, isWishOrForeign } from "./changes.ts";
import { tell } from "./own-words.ts";

function seen(status: object): Process {
  const spec = { command: ["a"], restartPolicy: "Always", resourceName: "n1" };
  const metadata = { name: "a", namespace: "default", generation: 1 };
  return mustDecode(kinds.Process, { apiVersion: "plush.dev/v1", kind: "Process", metadata, spec, status });
}

const waiting = { name: "step", round: 1, state: "Waiting", at: "2026-01-01T00:00:00Z" };

const metadataOf = ({ metadata }: Process, parts: object): Process["metadata"] => ({ ...metadata, ...parts });

test("where little is read, only that calls for a look, and whatever is wanted", () => {
  const isNews = isWishOr(({ status }: Process) => [status?.state]);
  const before = seen({ state: "Ready", pid: 1 });
  expect(isNews(before, seen({ state: "Ready", pid: 2 }))).toBe(false);
  expect(isNews(before, seen({ state: "Failed", pid: 1 }))).toBe(true);
  expect(isNews(before, { ...before, metadata: metadataOf(before, { generation: 2 }) })).toBe(true);
  const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "a", uid: "u" }];
  expect(isNews(before, { ...before, metadata: metadataOf(before, { ownerReferences }) })).toBe(true);
});

test("a controller's own words about an object call for no look; all else of its status does, and its finalizers", () => {
  const isNews = isMoreThan(["message"]);
  const before = seen({ state: "Ready", message: "a" });
  tell(before, { state: "Ready", message: "b" });
  expect(isNews(before, seen({ state: "Ready", message: "b" }))).toBe(false);
  expect(isWishOrForeign(before, seen({ state: "Ready", message: "b" }))).toBe(false);
  expect(isNews(before, seen({ state: "Ready", message: "a", exitCode: 1 }))).toBe(true);
  expect(isNews(before, { ...before, metadata: metadataOf(before, { finalizers: ["x"] }) })).toBe(true);
});

test("what somebody else puts into a status calls for a look", () => {
  const before = seen({ state: "Ready", message: "a" });
  const forged = seen({ state: "Ready", message: "nonsense" });
  for (const isNews of [isMoreThan(["message"]), isWishOrForeign]) {
    expect(isNews(before, forged)).toBe(true);
    expect(isNews(before, seen({ state: "Ready", message: "a" }))).toBe(false);
  }
  tell(before, { state: "Ready", message: "b" });
  expect(isWishOrForeign(before, forged)).toBe(true);
});

test.each([
  ["an entry into a barrier is none", { state: "Ready", barriers: [waiting] }, false],
  ["another state is one", { state: "Failed", barriers: [waiting] }, true],
  ["the same is none", { state: "Ready" }, false],
  ["nor is what was fetched of it", { state: "Ready", results: [] }, false],
])("changes of a process beyond barriers: %s", (_, after, is) => {
  expect(isBeyondBarriers(seen({ state: "Ready" }), seen(after))).toBe(is);
});
