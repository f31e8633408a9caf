import { expect, it } from "vitest";
import { withoutSecrets } from "./draft.ts";

const map = "kind: ConfigMap\nmetadata: {name: a} # kept\n";
const secret = "kind: Secret\nmetadata: {name: b}\nstringData: {password: hunter2}\n";

it("a draft holds no Secret, in a list neither", () => {
  expect(withoutSecrets(map)).toBe(map);
  expect(withoutSecrets(`${map}---\n${secret}`)).toBe(map);
  expect(withoutSecrets(`${secret}---\n${map}`)).toBe(map);
  expect(withoutSecrets(`kind: List\nitems:\n- {kind: "Secret", data: {a: b}}\n---\n${map}`)).toBe(map);
});

it("a text with a Secret that cannot be read is not kept at all", () => {
  expect(withoutSecrets(`${secret}---\na: [`)).toBeUndefined();
});
