import { expect, it } from "vitest";
import type { Resource } from "../api/index.ts";
import { cordonChange, metadataChange, readMetadataWord, trustChange } from "./changes.ts";

const machine = (unschedulable: boolean, status: object = {}) => ({ spec: { unschedulable }, status }) as Resource;

it("cordons what takes work, and ends a quarantine with an uncordon", () => {
  expect(cordonChange(machine(false), true, 0)).toEqual({
    body: { spec: { unschedulable: true } },
    fieldManager: "plush-cordon",
  });
  expect(cordonChange(machine(true), true, 0)).toBeUndefined();
  expect(cordonChange(machine(false), false, 0)).toBeUndefined();
  expect(cordonChange(machine(false, { quarantine: {} }), false, 0)?.body).toEqual({
    spec: { unschedulable: false },
    metadata: { annotations: { "plush.dev/pardoned-at": "1970-01-01T00:00:00Z" } },
  });
});

it("trusts the key that is presented, and none where it is the trusted one", () => {
  expect(trustChange(machine(false))).toBeUndefined();
  expect(trustChange(machine(false, { presentedHostKey: "SHA256:new" }))?.body).toEqual({
    metadata: { annotations: { "plush.dev/trust-host-key": "SHA256:new" } },
  });
});

it("reads words that set and remove", () => {
  const words = ["a=b", "a=", "a=b=c", "a-", "example.com/a-", "a", "-", "=b", "a=b-"];
  expect(words.map(readMetadataWord)).toEqual([
    ...[
      ["a", "b"],
      ["a", ""],
      ["a", "b=c"],
      ["a", null],
      ["example.com/a", null],
    ],
    ...[undefined, undefined, undefined, ["a", "b-"]],
  ]);
  expect(metadataChange("labels", { a: null }, "7")).toEqual({
    body: { metadata: { labels: { a: null }, resourceVersion: "7" } },
    fieldManager: "plush-label",
  });
});
