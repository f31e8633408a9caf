import { describe, expect, it } from "vitest";
import { aBoundClaim, aProcess } from "../../../../test/support/builders.ts";
import { kinds, mustDecode, type Phase } from "../../../api/index.ts";
import { axisTicks, nearestEntry, timeLineOf } from "./time-line.ts";

const origin = Date.UTC(2026, 0, 1);
const at = (second: number): string => new Date(origin + second * 1000).toISOString();
const seconds = (time: number | undefined): number | undefined =>
  time === undefined ? undefined : (time - origin) / 1000;
const member = (ordinal: number, second?: number) => ({
  ...{ component: "web", ordinal, epoch: 1 },
  ...(second !== undefined && { at: at(second) }),
});

const phase = (name: string, status: object): Phase =>
  mustDecode(kinds.Phase, {
    apiVersion: "plush.dev/v1",
    kind: "Phase",
    metadata: { name: `app-${name}`, namespace: "default" },
    spec: { phase: name, applicationName: "app" },
    status,
  });

const expected = [0, 1, 2].map((ordinal) => ({ component: "web", ordinal }));
const released = phase("one", {
  state: "Released",
  openedAt: at(0),
  expected,
  entered: [member(1, 3), member(0, 1), member(2, 9)],
  release: { round: 0, rule: "count", at: at(3), members: [member(0, 1), member(1, 3)], missing: [expected[2]] },
});

describe("timeLineOf", () => {
  it("tells who entered when, who came late, and who was missing at the release", () => {
    const [row] = timeLineOf([released], [], origin + 60_000).rows;
    expect(row?.entries.map((entry) => [entry.member, seconds(entry.at), entry.isLate])).toEqual([
      ["web-0", 1, false],
      ["web-1", 3, false],
      ["web-2", 9, true],
    ]);
    expect([seconds(row?.from), seconds(row?.to), row?.missing]).toEqual([0, 3, ["web-2"]]);
  });

  it("finds who came after the release by its processes", () => {
    const { entered = [], ...status } = released.status ?? {};
    const phase = { ...released, status: { ...status, entered: entered.slice(0, 2) } };
    const process = aProcess("p", aBoundClaim("c", "m"), {
      spec: { phaseName: "app-one", component: "web", ordinal: 2 },
    });
    const [row] = timeLineOf([phase], [{ ...process, status: { finishedAt: at(5) } }], origin + 9000).rows;
    expect(row?.entries.at(-1)).toEqual({ member: "web-2", at: origin + 5000, isLate: true, isDerived: true });
    const running = timeLineOf([phase], [process], origin + 9000).rows[0];
    expect(running?.entries.map(({ member: name }) => name)).toEqual(["web-0", "web-1"]);
  });

  it("ends where the last thing happened, or now while something goes on", () => {
    const open = phase("two", { state: "Open", openedAt: at(4), expected, entered: [member(0, 5)] });
    const waiting = phase("three", {});
    expect(seconds(timeLineOf([released], [], origin + 60_000).to)).toBe(9);
    const { rows, from, to } = timeLineOf([waiting, open, released], [], origin + 60_000);
    expect([rows.map((row) => row.phase), seconds(from), seconds(to)]).toEqual([["one", "two", "three"], 0, 60]);
    expect(rows[1]?.missing).toEqual(["web-1", "web-2"]);
  });

  it("takes a time that is not told from the member's processes, and says so", () => {
    const open = phase("two", { state: "Open", openedAt: at(0), expected, entered: [member(0)] });
    const process = aProcess("p", aBoundClaim("c", "m"), {
      spec: { phaseName: "app-two", component: "web", ordinal: 0 },
    });
    const done = { ...process, status: { finishedAt: at(7) } };
    const [row] = timeLineOf([open], [done], origin + 9000).rows;
    expect(row?.entries).toEqual([{ member: "web-0", at: origin + 7000, isLate: false, isDerived: true }]);
  });
});

it("finds the entry under the pointer", () => {
  const entries = [10, 20, 40].map((time) => ({ member: String(time), at: time, isLate: false, isDerived: false }));
  expect([0, 14, 16, 31, 99].map((time) => nearestEntry(entries, time)?.member)).toEqual([
    "10",
    "10",
    "20",
    "40",
    "40",
  ]);
  expect(nearestEntry([], 5)).toBeUndefined();
});

it("marks an axis at round distances from its origin", () => {
  expect(axisTicks(0, 0, 9500, 10)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]);
  expect(axisTicks(100, 1250, 1330, 5)).toEqual([1260, 1280, 1300, 1320]);
  expect(axisTicks(0, 0, 40 * 86_400_000, 8).length).toBeLessThanOrEqual(9);
});
