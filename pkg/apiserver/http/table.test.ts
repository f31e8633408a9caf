import { expect, test } from "vitest";
import { kinds } from "../../api/index.ts";
import { age } from "../../cells/index.ts";
import { makeTable } from "./table.ts";

const now = Date.parse("2026-01-10T00:00:00Z");
const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

test.each([
  [0, "0s"],
  [119, "119s"],
  [125, "2m5s"],
  [599, "9m59s"],
  [600, "10m"],
  [3 * 3600, "3h"],
  [3 * 3600 + 300, "3h5m"],
  [9 * 3600, "9h"],
  [50 * 3600, "2d2h"],
  [20 * 86_400, "20d"],
  [800 * 86_400, "2y70d"],
  [-5, "0s"],
])("%d seconds are %s", (seconds, expected) => {
  expect(age(before(seconds), now)).toBe(expected);
});

test("a row has a cell for each column, and as much of the object as was asked for", () => {
  const object = {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { name: "c", creationTimestamp: before(60) },
    spec: { component: "servers", epoch: 1 },
    status: { state: "Bound", conditions: [{ type: "Ready", reason: "Installing" }] },
  };
  const options = { kind: kinds.Claim, objects: [object], metadata: { resourceVersion: "7" }, now };
  const table = makeTable({ ...options, includeObject: "Metadata" });
  const [row] = table.rows;
  const names = table.columnDefinitions.map((column) => (column as { name: string }).name);
  const cells = Object.fromEntries(names.map((name, index) => [name, row?.cells[index]]));
  expect(cells).toMatchObject({ Name: "c", Component: "servers", Ordinal: null, State: "Bound", Age: "60s" });
  expect(table.columnDefinitions[0]).toMatchObject({ name: "Name", format: "name" });
  expect(row?.object).toMatchObject({ kind: "PartialObjectMetadata", metadata: { name: "c" } });
  expect(makeTable({ ...options, includeObject: "Object" }).rows[0]?.object).toBe(object);
  expect(makeTable({ ...options, includeObject: "None" }).rows[0]).not.toHaveProperty("object");
});

test("events are listed by what they are about", () => {
  const object = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "web.1", creationTimestamp: before(60) },
    involvedObject: { kind: "Application", name: "web" },
    reason: "Available",
    lastTimestamp: before(30),
  };
  const table = makeTable({ kind: kinds.Event, objects: [object], metadata: {}, includeObject: "None", now });
  const shown = table.columnDefinitions.filter((column) => (column as { priority: number }).priority === 0);
  expect(shown.map((column) => (column as { name: string }).name)).toEqual([
    ...["Last Seen", "Type", "Reason", "Object", "Message"],
  ]);
  expect(table.rows[0]?.cells.slice(0, 4)).toEqual(["30s", "", "Available", "application/web"]);
  expect(table.rows[0]?.cells.at(-1)).toBe("web.1");
});

test("an Event tells when and how often it happened last, whichever way its reporter counts", () => {
  const base = { apiVersion: "v1", kind: "Event", involvedObject: { kind: "Claim", name: "c" } };
  const objects = [
    { ...base, metadata: { name: "old" }, lastTimestamp: before(60), count: 3, source: { component: "a" } },
    {
      ...base,
      metadata: { name: "new" },
      eventTime: before(600),
      series: { count: 5, lastObservedTime: before(30) },
      reportingComponent: "b",
    },
    { ...base, metadata: { name: "once" }, eventTime: before(90) },
  ];
  const table = makeTable({ kind: kinds.Event, objects, metadata: {}, includeObject: "None", now });
  const names = table.columnDefinitions.map((column) => (column as { name: string }).name);
  const cells = (name: string): readonly unknown[] => table.rows.map((row) => row.cells[names.indexOf(name)]);
  expect(cells("Last Seen")).toEqual(["60s", "30s", "90s"]);
  expect(cells("Count")).toEqual(["3", "5", "1"]);
  expect(cells("Source")).toEqual(["a", "b", ""]);
  expect(cells("Object")).toEqual(["claim/c", "claim/c", "claim/c"]);
});
