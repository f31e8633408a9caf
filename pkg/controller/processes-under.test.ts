import { expect, test, vi } from "vitest";
import { aBoundClaim, aProcess } from "../../test/support/builders.ts";
import type { Process } from "../api/index.ts";
import { ObjectCache } from "../informer/object-cache.ts";
import { processesUnder } from "./processes-under.ts";

test("processes of one claim are found without a look at those of all others", () => {
  const cache = new ObjectCache<Process>();
  const claims = Array.from({ length: 50 }, (_, at) => aBoundClaim(`web-${at}`, `m${at}`));
  for (const [at, claim] of claims.entries()) {
    const process = aProcess(`p-${at}`, claim);
    cache.upsert({ ...process, metadata: { ...process.metadata, uid: `uid-p-${at}`, resourceVersion: `${at + 1}` } });
  }
  const lists = [vi.spyOn(cache, "list"), vi.spyOn(cache, "withLabel")];
  const ports = { cache: () => cache as never };
  const names = (uid: string): unknown => processesUnder(uid, ports).map(({ metadata }) => metadata.name);
  expect(names(claims[7]?.metadata.uid ?? "")).toEqual(["p-7"]);
  // The index is built from one list, and kept.
  expect(lists[0]).toHaveBeenCalledTimes(1);
  expect(names(claims[8]?.metadata.uid ?? "")).toEqual(["p-8"]);
  expect(names("nobody")).toEqual([]);
  expect(lists.map((list) => list?.mock.calls.length)).toEqual([1, 0]);
});
