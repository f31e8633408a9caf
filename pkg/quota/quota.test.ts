import fc from "fast-check";
import { expect, test } from "vitest";
import { type Claim, kinds, mustDecode, type ResourceQuota } from "../api/index.ts";
import { type Charge, chargeOf, quotaRefusal, Usage } from "./index.ts";

function quota(hard: Readonly<Record<string, string | number>>, name = "fair"): ResourceQuota {
  return mustDecode(kinds.ResourceQuota, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name },
    spec: { hard },
  });
}

interface ClaimParts {
  readonly machine?: string;
  readonly cpu?: string;
  readonly memory?: string;
}

function claim({ machine, cpu, memory }: ClaimParts = {}): Charge {
  const requests = { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
  const object: Claim = mustDecode(kinds.Claim, {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name: "c", namespace: "default" },
    spec: { component: "web", ordinal: 0, epoch: 0, ...(machine !== undefined && { resourceUid: machine }), requests },
  });
  return chargeOf(kinds.Claim, object) ?? { amounts: [] };
}

function having(...charges: readonly Charge[]): Usage {
  const usage = new Usage();
  for (const charge of charges) usage.add(charge);
  return usage;
}

const created = (after: Charge) => ({ before: undefined, after });

test("B-QUOTA-1: a write that is too much is refused with the arithmetic of all that it passes, in Kubernetes' words", () => {
  const limits = [quota({ "count/claims.plush.dev": "2", "requests.cpu": "1", "requests.memory": "1Gi" })];
  const usage = having(claim({ cpu: "700m", memory: "256Mi" }), claim({ cpu: "100m", memory: "256Mi" }));
  expect(quotaRefusal(limits, usage, created(claim({ cpu: "500m", memory: "256Mi" })))).toBe(
    "exceeded quota: fair, requested: count/claims.plush.dev=1,requests.cpu=500m, used: count/claims.plush.dev=2,requests.cpu=800m, limited: count/claims.plush.dev=2,requests.cpu=1",
  );
  expect(quotaRefusal([quota({ "requests.cpu": "1" })], usage, created(claim({ cpu: "200m" })))).toBeUndefined();
});

test("B-QUOTA-1: where processors or memory are limited, who says nothing of them is refused", () => {
  const limits = [quota({ cpu: "1", "requests.memory": "1Gi" })];
  expect(quotaRefusal(limits, having(), created(claim({ memory: "1Mi" })))).toBe(
    "failed quota: fair: must specify cpu",
  );
});

test("B-QUOTA-2: only what a write adds counts: above a limit that was lowered, less and the same stay possible", () => {
  const limits = [quota({ "requests.cpu": "1" })];
  const [large, small] = [claim({ cpu: "3" }), claim({ cpu: "2" })];
  expect(quotaRefusal(limits, having(large), { before: large, after: small })).toBeUndefined();
  expect(quotaRefusal(limits, having(large), { before: large, after: large })).toBeUndefined();
  expect(quotaRefusal(limits, having(small), { before: small, after: large })).toMatch(/requested: requests.cpu=1,/);
});

test("B-QUOTA-3: machines are counted once each; the last claim that leaves one makes room for the next", () => {
  const limits = [quota({ "plush.dev/machines": "2" })];
  const [one, beside, two] = [claim({ machine: "m1" }), claim({ machine: "m1" }), claim({ machine: "m2" })];
  const usage = having(one, beside, two);
  const bound = (machine: string, before: Charge) => quotaRefusal(limits, usage, { before, after: claim({ machine }) });
  expect(bound("m2", claim())).toBeUndefined();
  expect(bound("m3", claim())).toBe(
    "exceeded quota: fair, requested: plush.dev/machines=1, used: plush.dev/machines=2, limited: plush.dev/machines=2",
  );
  expect(bound("m3", two)).toBeUndefined();
  expect(bound("m3", one)).toMatch("exceeded quota");
});

test("B-QUOTA-4: a priority above the namespace's highest is refused, and one that stands already is not", () => {
  const limits = [quota({ "plush.dev/priority": "-1" }, "low"), quota({ "plush.dev/priority": 5 })];
  const priority = (value: number): Charge => ({ amounts: [], priority: value });
  expect(quotaRefusal(limits, having(), created(priority(0)))).toMatch(
    "exceeded quota: low, requested: plush.dev/priority=0, used: plush.dev/priority=0, limited: plush.dev/priority=-1",
  );
  expect(quotaRefusal(limits, having(), created(priority(-1)))).toBeUndefined();
  expect(quotaRefusal(limits, having(), { before: priority(9), after: priority(9) })).toBeUndefined();
});

test("B-QUOTA-2: what comes and goes in any order leaves nothing behind", () => {
  const charge = fc.record(
    {
      machine: fc.constantFrom("a", "b", "c"),
      cpu: fc.constantFrom("100m", "0.1", "3"),
      memory: fc.constantFrom("1Gi", "1M"),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(charge), fc.infiniteStream(fc.nat()), (parts, order) => {
      const usage = new Usage();
      const inside: Charge[] = [];
      for (const part of parts) {
        const made = claim(part);
        usage.add(made);
        inside.push(made);
        const at = (order.next().value ?? 0) % (inside.length * 2);
        for (const gone of inside.splice(at, 1)) usage.remove(gone);
      }
      expect(usage.of("count/claims.plush.dev")).toBe(inside.length);
      for (const gone of inside) usage.remove(gone);
      for (const name of ["count/claims.plush.dev", "requests.cpu", "requests.memory", "plush.dev/machines"])
        expect(usage.of(name)).toBe(0);
    }),
  );
});
