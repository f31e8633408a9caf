import { describe, expect, it } from "vitest";
import { aBoundClaim } from "../../../../test/support/builders.ts";
import type { Claim, Event } from "../../../api/index.ts";
import { type CurvePoint, dipsOf, lossesOf, pastCurve, RecoveryCurve, servingOf } from "./recovery-curve.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const seconds = (time: number | undefined): number => ((time ?? Number.NaN) - Date.UTC(2026, 0, 1)) / 1000;
const points = (text: string, wanted = 4): CurvePoint[] =>
  text.split(" ").map((part) => {
    const [time = 0, ready = 0, other = wanted] = part.split(":").map(Number);
    return { at: time, ready, wanted: other };
  });

function claim(name: string, status: Partial<Claim["status"] & object>, ordinal: number | "spare" = 0): Claim {
  const base = aBoundClaim(name, "m1");
  const { ordinal: _, ...spec } = base.spec;
  return {
    ...base,
    metadata: { ...base.metadata, uid: name, creationTimestamp: at(0) },
    spec: { ...spec, ...(ordinal !== "spare" && { ordinal }) },
    status: { ...base.status, ...status },
  };
}

const event = (uid: string, reason: string, second: number): Event =>
  ({ involvedObject: { uid }, reason, firstTimestamp: at(second), lastTimestamp: at(second) }) as Event;

describe("dipsOf", () => {
  it("tells how many were lost, and when all were back", () => {
    const dip = { from: 10, lost: 3, level: 4, until: 14 };
    const text = "0:0 1:2 2:4 10:3 11:1 12:3 14:4 20:4";
    expect(dipsOf(points(text), [])).toEqual([{ ...dip, machines: [] }]);
    const losses = [
      { at: 11, machines: ["m1", "m2"] },
      { at: 99_000, machines: ["m3"] },
    ];
    expect(dipsOf(points(text), losses)).toEqual([{ ...dip, machines: ["m1", "m2"] }]);
    expect(dipsOf(points("0:4 5:2"), [])).toEqual([{ from: 5, lost: 2, level: 4, until: undefined, machines: [] }]);
  });

  it("a start is none, nor a smaller application", () => {
    expect(dipsOf(points("0:0 1:1 2:2 3:4"), [])).toEqual([]);
    expect(dipsOf(points("0:4 5:4:2 6:2:2 7:2:2"), [])).toEqual([]);
  });

  it("what is not wanted any more need not come back", () => {
    expect(dipsOf(points("0:4 5:2 6:2:2"), [])).toMatchObject([{ from: 5, lost: 2, level: 4, until: 6 }]);
  });
});

describe("pastCurve", () => {
  it("tells of a loss from Events and claims, long after", () => {
    const lost = claim("a", {
      state: "Ready",
      readySince: at(33),
      replacements: [{ at: at(30), from: "m1", to: "m2", epoch: 1, reason: "HostLost" }],
    });
    const other = claim("b", { state: "Ready", readySince: at(9) }, 1);
    const spare = claim("spare", { state: "Configured" }, "spare");
    const curve = pastCurve([lost, other, spare], [event("a", "Ready", 10), event("a", "HostDead", 29)]);
    expect(curve.map((point) => [seconds(point.at), point.ready, point.wanted])).toEqual([
      ...[
        [0, 0, 2],
        [9, 1, 2],
        [10, 2, 2],
        [29, 1, 2],
        [33, 2, 2],
      ],
    ]);
    expect(dipsOf(curve, []).map(({ from, until, lost }) => [seconds(from), seconds(until), lost])).toEqual([
      [29, 33, 1],
    ]);
    expect(servingOf([lost, other, spare])).toEqual({ ready: 2, wanted: 2 });
  });
});

it("losses that were decided together are one", () => {
  const replaced = (name: string, second: number, from: string): Claim =>
    claim(name, { replacements: [{ at: at(second), from, epoch: 1, reason: "HostLost" }] });
  const losses = lossesOf([
    replaced("a", 10, "m1"),
    replaced("b", 10.5, "m2"),
    replaced("c", 40, "m1"),
    replaced("d", 10, "m1"),
  ]);
  expect(losses.map((loss) => [seconds(loss.at), loss.machines])).toEqual([
    [10, ["m1", "m2"]],
    [40, ["m1"]],
  ]);
});

it("RecoveryCurve keeps what is new, one point for each moment", () => {
  const curve = new RecoveryCurve();
  expect([4, 4, 3].map((ready, index) => curve.add({ at: index, ready, wanted: 4 }))).toEqual([true, false, true]);
  curve.add({ at: 2, ready: 2, wanted: 4 });
  expect(curve.points).toEqual(points("0:4 2:2"));
  for (let index = 3; index < 30_000; index++) curve.add({ at: index, ready: index % 2, wanted: 4 });
  expect(curve.points.length).toBeLessThanOrEqual(20_000);
  expect(curve.points.at(-1)?.at).toBe(29_999);
});
