import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { fewestClaims, isByClaimsAlone } from "./fewest-claims.ts";
import { match } from "./match.ts";
import { aClaim, aMachine, aRequest } from "./testing/views.ts";

const anyMachines = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("m1", "m2", "m3", "m4", "m5", "m6"),
    ready: fc.boolean(),
    components: fc.array(fc.constantFrom("web", "db"), { maxLength: 3 }),
  }),
  { selector: ({ name }) => name },
);

test("the machine is the one that looking at all of them would choose", () => {
  fc.assert(
    fc.property(anyMachines, fc.integer({ min: 1, max: 2 }), (plain, perMachine) => {
      const machines = plain
        .map(({ name, ready, components }) =>
          aMachine(name, { ready, allocations: components.map((component, at) => aClaim(`${at}`, { component })) }),
        )
        .sort((left, right) => (left.name < right.name ? -1 : 1));
      const request = aRequest({ perMachine });
      const claims = Int32Array.from(machines, ({ allocations }) => allocations.length);
      const view = (at: number) => machines[at] ?? aMachine("none");
      expect(fewestClaims(request, { claims, view })).toBe(match(request, machines).chosen);
    }),
  );
});

test("a request with an ideal, or with a spread, needs all machines", () => {
  expect(isByClaimsAlone(aRequest({ attributes: [{ name: "cpu.cores", min: 2 }] }))).toBe(true);
  expect(isByClaimsAlone(aRequest({ attributes: [{ name: "load.1m", ideal: { max: 1 } }] }))).toBe(false);
  expect(isByClaimsAlone(aRequest({ spread: [{ by: "site", maxSkew: 1 }] }))).toBe(false);
});

test("of a thousand machines as many are looked at as are refused before one will do", () => {
  const view = vi.fn((at: number) => aMachine(`m${at}`, { ready: at !== 500 }));
  const claims = Int32Array.from({ length: 1000 }, (_, at) => (at < 500 ? 1 : 0));
  expect(fewestClaims(aRequest(), { claims, view })?.name).toBe("m501");
  expect(view).toHaveBeenCalledTimes(2);
});
