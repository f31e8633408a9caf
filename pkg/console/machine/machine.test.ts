import { expect, it } from "vitest";
import type { Event, Process } from "../../api/index.ts";
import { attributeTexts } from "./attribute-text.ts";
import { eventsByMachine, newestFirst } from "./events-of.ts";
import { LogLines } from "./log-lines.ts";
import { byName, processesByMachine } from "./processes-of.ts";

it("keeps the last lines of a log that does not end, and says how many are gone", () => {
  const lines = new LogLines(100);
  lines.add("half a ");
  expect(lines.found("")).toEqual(["half a "]);
  lines.add("line\nand more");
  expect(lines.found("")).toEqual(["half a line", "and more"]);
  lines.add("\n");
  for (let number = 0; number < 10_000; number++) lines.add(`Line ${number}\n`);
  const found = lines.found("");
  expect([found.length, found.at(-1)]).toEqual([100, "Line 9999"]);
  expect(lines.dropped + found.length).toBe(10_002);
  expect(lines.found("line 999")).toEqual(Array.from({ length: 10 }, (_, digit) => `Line 999${digit}`));
});

it("shows the events of one machine, the newest first", () => {
  const event = (name: string, about: object, at: string): [string, Event] => [
    name,
    {
      ...{ apiVersion: "v1", kind: "Event", metadata: { name, namespace: "default" } },
      involvedObject: { kind: "Resource", name: "n1", ...about },
      eventTime: at,
    },
  ];
  const events = new Map([
    event("old", {}, "2026-01-01T00:00:00Z"),
    event("new", {}, "2026-01-02T00:00:00Z"),
    event("other", { name: "n2" }, "2026-01-03T00:00:00Z"),
    event("claim", { kind: "Claim" }, "2026-01-03T00:00:00Z"),
  ]);
  const about = [...events.values()].filter((one) => eventsByMachine.groupOf(one) === "n1");
  expect(newestFirst(about).map(({ metadata }) => metadata.name)).toEqual(["new", "old"]);
});

it("finds the processes of a machine by its label, and where that has none, by what was observed", () => {
  const process = (name: string, rest: object): [string, Process] => [
    name,
    { metadata: { name, namespace: "default" }, spec: {}, ...rest } as Process,
  ];
  const labelled = (name: string, machine: string) =>
    process(name, { metadata: { name, namespace: "default", labels: { "plush.dev/resource": machine } } });
  const processes = new Map([
    labelled("b", "n1"),
    labelled("c", "n2"),
    process("a", { status: { resourceName: "n1" } }),
    process("d", {}),
  ]);
  const there = [...processes.values()].filter((one) => processesByMachine.groupOf(one) === "n1");
  expect(byName(there).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
});

it("tells attributes in units that people read", () => {
  const attributes = { "memory.free": 2 ** 31, uptime: 90_061, "load.1m": 0.123456, os: "linux", "net.in": 2048 };
  expect(Object.fromEntries(attributeTexts(attributes))).toEqual({
    ...{ "memory.free": "2 GiB", uptime: "1d1h", "load.1m": "0.123", os: "linux", "net.in": "2 KiB/s" },
  });
});
