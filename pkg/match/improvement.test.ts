import fc from "fast-check";
import { expect, test } from "vitest";
import { improvementOf, type MachineView, type MatchRequest, match } from "./index.ts";
import { aClaim, aMachine, aRequest } from "./testing/views.ts";

const better = (request: MatchRequest, machines: readonly MachineView[], here: string) =>
  improvementOf(match(request, machines), here);

const load = (max: number) => ({ attributes: [{ name: "load", ideal: { max }, penalty: 2 }] });
const withLoad = (name: string, value: number, more: Partial<MachineView> = {}) =>
  aMachine(name, { attributes: { load: value }, ...more });

test("B-REBAL-1: what a machine saves of the penalty is the gain; without one nobody moves", () => {
  const request = aRequest(load(1));
  expect(better(request, [withLoad("m1", 5), withLoad("m2", 2)], "m1")).toEqual({
    to: "m2",
    percent: 75,
    text: "penalty 8 on m1, 2 on m2",
  });
  expect(better(request, [withLoad("m1", 1), withLoad("m2", 0)], "m1")).toBeUndefined();
  const crowded = { allocations: [aClaim("other-0", { component: "other" })] };
  expect(better(request, [withLoad("m1", 1, crowded), withLoad("m2", 1)], "m1")).toBeUndefined();
});

test("B-REBAL-1: members that stand closer than they need spread, and who may not stand where it is goes at any gain", () => {
  const at = (name: string, site: string, count = 0) =>
    aMachine(name, {
      labels: { site },
      allocations: Array.from({ length: count }, (_, index) => aClaim(`web-${name}-${index}`, { component: "web" })),
    });
  const request = aRequest({ component: "web", perMachine: 5, spread: [{ by: "site", maxSkew: 5 }] });
  expect(better(request, [at("m1", "sjc", 2), at("m2", "fra")], "m1")).toMatchObject({
    to: "m2",
    text: "3 members share its place on m1, 1 on m2",
  });
  expect(better(request, [at("m1", "sjc", 1), at("m2", "fra", 1)], "m1")).toBeUndefined();
  const strict = { ...request, spread: [{ by: "site", maxSkew: 1 }] };
  expect(better(strict, [at("m1", "sjc", 2), at("m2", "fra")], "m1")).toMatchObject({
    to: "m2",
    percent: 100,
    text: expect.stringContaining("spread by site above maxSkew 1"),
  });
});

test("B-REBAL-1: a machine that will not do for reasons of its own is no matter of balance", () => {
  const machines = [aMachine("m1", { ready: false }), aMachine("m2")];
  expect(better(aRequest(), machines, "m1")).toBeUndefined();
});

test("B-REBAL-1: moves come to an end: nobody moves to and fro", () => {
  const machine = fc.record({ load: fc.integer({ min: 0, max: 9 }), site: fc.constantFrom("a", "b", "c") });
  fc.assert(
    fc.property(
      fc.array(machine, { minLength: 2, maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (all, placed) => {
        const request = aRequest({ ...load(1), component: "web", perMachine: 9, spread: [{ by: "site", maxSkew: 9 }] });
        const members = placed.map((at) => at % all.length);
        const views = (except: number): readonly MachineView[] =>
          all.map((one, index) =>
            aMachine(`m${index}`, {
              attributes: { load: one.load },
              labels: { site: one.site },
              allocations: members.flatMap((at, member) =>
                at === index && member !== except ? [aClaim(`web-${member}`, { component: "web" })] : [],
              ),
            }),
          );
        let moves = 0;
        for (let moved = true; moved; ) {
          moved = false;
          for (const [member, at] of members.entries()) {
            const found = better(request, views(member), `m${at}`);
            if (found === undefined) continue;
            members[member] = Number(found.to.slice(1));
            moved = true;
            moves += 1;
          }
          expect(moves).toBeLessThan(200);
        }
      },
    ),
  );
});
