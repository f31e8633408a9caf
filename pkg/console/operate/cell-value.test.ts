import { expect, it } from "vitest";
import { kinds } from "../../api/index.ts";
import { shownColumns } from "./cell-value.ts";

const shown = (kind: Parameters<typeof shownColumns>[0], object: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    shownColumns(kind, () => Date.parse("2026-01-01T01:00:00Z")).map(({ name, read }) => {
      const { text, since } = read({ apiVersion: "v1", kind: kind.kind, metadata: { name: "x" }, ...object });
      return [name, since ?? text];
    }),
  );

it("reads what a kind's columns name, counts members, and computes what no path gives", () => {
  const status = { state: "Running", readyMembers: "2/3", expiresAt: "2026-01-01T03:00:00Z" };
  expect(shown(kinds.Application, { status })).toMatchObject({
    State: "Running",
    Ready: "2/3",
    Phase: "",
    Expires: "120m",
  });
  expect(shown(kinds.ConfigMap, { data: { a: "1", b: "2" }, binaryData: { c: "" } })).toEqual({ Data: "3" });
  const event = {
    lastTimestamp: "2026-01-01T00:58:00Z",
    involvedObject: { kind: "Process", name: "p" },
    type: "Normal",
  };
  expect(shown(kinds.Event, event)).toMatchObject({ Object: "process/p", Count: "1", Type: "Normal" });
  expect(shown(kinds.Token, { status: { lastUsed: "2026-01-01T00:00:00Z" } })).toMatchObject({
    "Last Used": "2026-01-01T00:00:00Z",
  });
});

it("ranks numbers by size and texts by their letters", () => {
  const restarts = shownColumns(kinds.Process, () => 0).find(({ name }) => name === "Restarts");
  const rank = (count?: number) =>
    restarts?.read({ ...{ apiVersion: "v1", kind: "Process", metadata: {} }, ...{ status: { restarts: count } } }).rank;
  expect([rank(10), rank(9), rank()]).toEqual([10, 9, Number.NEGATIVE_INFINITY]);
});
