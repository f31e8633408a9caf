import { expect, test } from "vitest";
import { readPastedHosts } from "./read-hosts.ts";

test.each([
  ["10.0.0.[1-3], me@far.example:2222", "list", ["10.0.0.[1-3]", "far.example"]],
  ["10.0.0.1,\n10.0.0.2,\n", "lines", ["10.0.0.1", "10.0.0.2"]],
  ["n1 site=fra # here\n", "lines", ["n1"]],
  ["10.0.0.[1-3]\n10.0.1.[1-3]", "lines", ["10.0.0.[1-3]", "10.0.1.[1-3]"]],
  ["[web]\na\nb ansible_user=me\n", "inventory", ["a", "b"]],
  ["all:\n  hosts:\n    a:\n    b:\n", "inventory", ["a", "b"]],
  ["", "list", []],
])("%j is read as %s", (text, form, addresses) => {
  const read = readPastedHosts(text);
  expect([read.form, read.entries.map(({ address }) => address), read.problem]).toEqual([form, addresses, undefined]);
});

test("what is wrong is said", () => {
  expect(readPastedHosts("a:99999").problem).toContain("is no host");
  expect(readPastedHosts("a\na").problem).toContain("Duplicate");
  expect(readPastedHosts("10.0.0.[1-3],b").machines).toBe(4);
  expect(readPastedHosts("[web\nx ansible_port=1").problem).toContain("line 1");
  expect(readPastedHosts("[web]\na ansible_user=me ansible_become=yes")).toMatchObject({ user: "me", sudo: true });
});
