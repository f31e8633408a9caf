import { expect, it } from "vitest";
import { ruleRows } from "./rule-rows.ts";

it("joins what several rules say of the same", () => {
  const resourceRules = [
    { apiGroups: ["plush.dev"], resources: ["claims", "processes"], verbs: ["get", "list"] },
    { apiGroups: ["plush.dev"], resources: ["claims"], verbs: ["list", "watch"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["one"], verbs: ["get"] },
  ];
  const nonResourceRules = [{ nonResourceURLs: ["/version"], verbs: ["get"] }];
  expect(ruleRows({ status: { resourceRules, nonResourceRules } })).toEqual([
    { what: "/version", names: [], verbs: ["get"] },
    { what: "claims.plush.dev", names: [], verbs: ["get", "list", "watch"] },
    { what: "processes.plush.dev", names: [], verbs: ["get", "list"] },
    { what: "secrets", names: ["one"], verbs: ["get"] },
  ]);
  expect(ruleRows({})).toEqual([]);
});
