import { expect, it } from "vitest";
import { aBoundClaim } from "../../../../test/support/builders.ts";
import type { Claim } from "../../../api/index.ts";
import { holdersOf, membersInOrder } from "./member-history.ts";

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`;
const claim = (
  name: string,
  spec: Partial<Claim["spec"]>,
  replacements: NonNullable<Claim["status"]>["replacements"] = [],
): Claim => {
  const base = aBoundClaim(name, "m9");
  return {
    ...base,
    metadata: { ...base.metadata, creationTimestamp: at(0) },
    spec: { ...base.spec, ...spec },
    status: { replacements },
  };
};

it("tells who held a member, from when until when, and why it was left", () => {
  const member = claim("web-0", { epoch: 3 }, [
    { at: at(5), from: "m1", to: "m2", epoch: 1, reason: "HostLost" },
    { at: at(8), from: "m2", to: "m9", epoch: 2, reason: "Draining" },
  ]);
  expect(holdersOf(member)).toEqual([
    { epoch: 3, machine: "m9", from: at(8), until: undefined, reason: undefined },
    { epoch: 2, machine: "m2", from: at(5), until: at(8), reason: "Draining" },
    { epoch: 1, machine: "m1", from: at(0), until: at(5), reason: "HostLost" },
  ]);
});

it("does not claim to know when the oldest that is remembered began, where there may have been others", () => {
  const ten = Array.from({ length: 10 }, (_, index) => ({
    at: at(index),
    from: `m${index}`,
    epoch: index + 4,
    reason: "HostLost",
  }));
  expect(holdersOf(claim("web-0", { epoch: 14 }, ten)).at(-1)).toMatchObject({
    epoch: 4,
    machine: "m0",
    from: undefined,
  });
});

it("orders members by number, and spares after them", () => {
  const { ordinal: _, ...spare } = aBoundClaim("web-spare-0", "m1").spec;
  const claims = [10, 2, 0].map((ordinal) => claim(`web-${ordinal}`, { ordinal, component: "web" }));
  const db = claim("db-1", { ordinal: 1, component: "db" });
  const all = [...claims, { ...db, metadata: { ...db.metadata, name: "web-spare-0" }, spec: spare }, db];
  const names = membersInOrder(all).map(({ metadata }) => metadata.name);
  expect(names).toEqual(["db-1", "web-0", "web-2", "web-10", "web-spare-0"]);
});
