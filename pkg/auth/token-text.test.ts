import fc from "fast-check";
import { expect, test } from "vitest";
import { equalHashes, hashOfToken, makeTokenText, tokenNameOf } from "./token-text.ts";

test("a secret says whose it is, never twice the same", () => {
  const names = ["a", "ci", "alice.example", "a-b-c", "x".repeat(253)];
  for (const name of names) {
    const text = makeTokenText(name);
    expect(tokenNameOf(text)).toBe(name);
    expect(text).toMatch(/^plush_[a-z0-9.-]+_[0-9A-Za-z]{49}$/);
    expect(makeTokenText(name)).not.toBe(text);
  }
});

test("one that was damaged, and what only looks like one, is none", () => {
  const text = makeTokenText("ci");
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(..."abcXYZ019_.-"), (at, letter) => {
      fc.pre(text.charAt(at) !== letter);
      expect(tokenNameOf(text.slice(0, at) + letter + text.slice(at + 1))).toBeUndefined();
    }),
  );
  for (const other of ["", "plush_", "plush_ci", `plush_ci_${"0".repeat(49)}`, `${text}0`, text.slice(0, -1)])
    expect(tokenNameOf(other)).toBeUndefined();
});

test("hashes are equal where secrets are", () => {
  const text = makeTokenText("ci");
  expect(hashOfToken(text)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(equalHashes(hashOfToken(text), hashOfToken(text))).toBe(true);
  expect(equalHashes(hashOfToken(text), hashOfToken(makeTokenText("ci")))).toBe(false);
  expect(equalHashes("", hashOfToken(text))).toBe(false);
});
