import { createPrivateKey } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeSealKeys, seal, unseal } from "./index.ts";

const keys = makeSealKeys();

test("what was sealed is unsealed, whatever its text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(unseal(seal(text, createPrivateKey(keys.privateKey)), keys.publicKey)).toBe(text);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ["another text", { ...seal("a", keys.privateKey), payload: "b" }, keys.publicKey],
  ["another's signature", seal("a", makeSealKeys().privateKey), keys.publicKey],
  ["no signature", { payload: "a", signature: "" }, keys.publicKey],
  ["a key that is none", seal("a", keys.privateKey), "not a key"],
])("refuses %s", (_name, sealed, key) => {
  expect(unseal(sealed, key)).toBeUndefined();
});
