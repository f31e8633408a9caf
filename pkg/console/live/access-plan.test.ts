import { expect, test } from "vitest";
import { kinds } from "../../api/index.ts";
import { type AccessRule, isAllowed, questionOf } from "./access-plan.ts";

const rule = (more: Partial<AccessRule>): AccessRule => ({
  ...{ verbs: ["get", "list"], apiGroups: ["plush.dev"], resources: ["applications", "processes/exec"] },
  ...more,
});
const intent = (verb: string, more: object = {}) => ({ verb, kind: kinds.Application, namespace: "default", ...more });

test("rules are read as the server reads them", () => {
  expect(isAllowed([rule({})], intent("get"))).toBe(true);
  expect(isAllowed([rule({})], intent("delete"))).toBe(false);
  expect(isAllowed([rule({ verbs: ["*"] })], intent("delete"))).toBe(true);
  expect(isAllowed([rule({ apiGroups: [""] })], intent("get"))).toBe(false);
  expect(isAllowed([rule({ resources: ["*"] })], intent("get"))).toBe(true);
  expect(isAllowed([rule({})], intent("get", { kind: kinds.Process, subresource: "exec" }))).toBe(true);
  expect(isAllowed([rule({})], intent("get", { kind: kinds.Process }))).toBe(false);
  expect(
    isAllowed([rule({ resources: ["*/exec"] })], intent("get", { kind: kinds.Process, subresource: "exec" })),
  ).toBe(true);
  const named = rule({ resourceNames: ["web"] });
  expect(isAllowed([named], intent("get", { name: "web" }))).toBe(true);
  expect([isAllowed([named], intent("get", { name: "db" })), isAllowed([named], intent("list"))]).toEqual([
    false,
    false,
  ]);
});

test("one question for a namespace, one each for what is in none", () => {
  expect(questionOf(intent("get"))).toBe(questionOf(intent("delete", { kind: kinds.Process })));
  expect(questionOf({ verb: "create", kind: kinds.ResourcePool, namespace: "default" })).toBe(
    "may create plush.dev resourcepools  ",
  );
  expect(questionOf({ verb: "list", kind: kinds.Application })).not.toBe(
    questionOf({ verb: "get", kind: kinds.Application }),
  );
});
