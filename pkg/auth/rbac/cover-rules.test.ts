import fc from "fast-check";
import { expect, test } from "vitest";
import type { PolicyRule } from "../../api/index.ts";
import type { RequestAttributes } from "../authorize.ts";
import { compactRules, describeRule, missingRules } from "./cover-rules.ts";
import { allRules, ruleAllows } from "./policy-rule.ts";

const pods: PolicyRule = { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] };

test.each<[string, PolicyRule[], PolicyRule[], string[]]>([
  ["the same", [pods], [pods], []],
  [
    "nothing",
    [],
    [pods],
    [
      '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
      '{APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list"]}',
    ],
  ],
  ["everything", [...allRules], [pods, { nonResourceURLs: ["/x"], verbs: ["get"] }], []],
  [
    "two rules together",
    [
      { ...pods, verbs: ["get"] },
      { ...pods, verbs: ["list"] },
    ],
    [pods],
    [],
  ],
  [
    "a verb short",
    [{ ...pods, verbs: ["get"] }],
    [{ ...pods, resources: ["pods"] }],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["list"]}'],
  ],
  ["all subresources of a name", [{ ...pods, resources: ["*/log"] }], [{ ...pods, resources: ["pods/log"] }], []],
  [
    "one name of all",
    [{ ...pods, resourceNames: ["a"] }],
    [{ ...pods, resources: ["pods"], verbs: ["get"] }],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ],
  [
    "one name of two",
    [{ ...pods, resourceNames: ["a"] }],
    [{ ...pods, resources: ["pods"], verbs: ["get"], resourceNames: ["a", "b"] }],
    ['{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}'],
  ],
  [
    "paths",
    [{ nonResourceURLs: ["/a/*"], verbs: ["get"] }],
    [{ nonResourceURLs: ["/a/b", "/b"], verbs: ["get"] }],
    ['{NonResourceURLs:["/b"], Verbs:["get"]}'],
  ],
])("%s", (_name, held, wanted, expected) => {
  expect(compactRules(missingRules(held, wanted)).map(describeRule)).toEqual(expected);
});

const some = (...values: string[]): fc.Arbitrary<string[]> => fc.subarray(values);
const rules = fc.array(
  fc.record({
    apiGroups: some("", "g", "*"),
    resources: some("pods", "pods/log", "*/log", "*"),
    verbs: some("get", "list", "*"),
    resourceNames: some("a"),
  }),
  { maxLength: 3 },
);

test("who holds all rules of a role may do all that it allows; and what a request needs is held where nothing is missing", () => {
  const requests = fc.record({
    kind: fc.constant("resource" as const),
    verb: fc.constantFrom("get", "list", "create"),
    group: fc.constantFrom("", "g", "other"),
    resource: fc.constantFrom("pods", "nodes"),
    subresource: fc.constantFrom("log", "status", undefined),
    name: fc.constantFrom("a", "b", undefined),
  });
  const allows = (list: readonly PolicyRule[], request: RequestAttributes): boolean =>
    list.some((rule) => ruleAllows(rule, request));
  fc.assert(
    fc.property(rules, rules, requests, (held, wanted, { subresource, name, ...request }) => {
      const attributes = { ...request, ...(subresource && { subresource }), ...(name && { name }) };
      const missing = missingRules(held, wanted);
      if (missing.length === 0 && allows(wanted, attributes)) expect(allows(held, attributes)).toBe(true);
      // With what is missing added, everything is there; said shortly it is the same.
      expect(missingRules([...held, ...compactRules(missing)], wanted)).toEqual([]);
    }),
  );
});
