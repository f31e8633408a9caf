import { expect, it } from "vitest";
import type { Event } from "../../api/index.ts";
import { eventFilter, lastSeen, timesSeen } from "./event-facts.ts";

const event = (fields: Partial<Event>): Event => ({
  ...{ apiVersion: "v1", kind: "Event", metadata: { name: "e", namespace: "default" } },
  ...{
    involvedObject: { apiVersion: "plush.dev/v1", kind: "Process", name: "web-0" },
    reason: "Started",
    type: "Normal",
  },
  ...fields,
});

it("knows both ways in which repetitions are told", () => {
  const counted = event({ count: 3, firstTimestamp: "2026-01-01T00:00:00Z", lastTimestamp: "2026-01-01T00:01:00Z" });
  const series = event({
    eventTime: "2026-01-01T00:00:00.5Z",
    series: { count: 9, lastObservedTime: "2026-01-01T00:02:00Z" },
  });
  expect([counted, series, event({})].map(timesSeen)).toEqual([3, 9, 1]);
  expect([counted, series].map(lastSeen)).toEqual(["2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"]);
});

it("filters by namespace, type and words; what happens to machines is of every namespace", () => {
  const machine = { apiVersion: "plush.dev/v1", kind: "Resource", name: "n1" };
  const all = [
    event({ message: "pid 4" }),
    event({ type: "Warning", reason: "Failed" }),
    event({ involvedObject: machine, reason: "Lost", type: "Warning" }),
  ];
  const reasons = (filter: Partial<Parameters<typeof eventFilter>[0]>) =>
    all.filter(eventFilter({ namespace: undefined, type: undefined, text: "", ...filter })).map(({ reason }) => reason);
  expect(reasons({})).toEqual(["Started", "Failed", "Lost"]);
  expect(reasons({ type: "Warning" })).toEqual(["Failed", "Lost"]);
  expect(reasons({ namespace: "other" })).toEqual(["Lost"]);
  expect(reasons({ text: "PROCESS/web pid" })).toEqual(["Started"]);
});
