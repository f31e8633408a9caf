import { expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { machineIndex } from "./index.ts";

const pool = aPool("lab", { metadata: { uid: "0123abcd-0000-4000-8000-000000000000" } });

test.each([
  ["lab-1", 1],
  ["lab-500", 500],
  ["lab-0123abcd-1", 501],
  ["lab-0123abcd-500", 1000],
  ["lab-0123abcd-501", 501],
])("%s has place %i", (name, index) => {
  expect(machineIndex(pool, name)).toBe(index);
});

test.each(["lab-0", "lab-501", "lab", "lab-01", "other-1", "lab-1/../../x", "lab-ffffffff-1"])(
  "%s is no machine's name",
  (name) => {
    expect(() => machineIndex(pool, name)).toThrow(/called lab-1 to lab-500/);
  },
);
