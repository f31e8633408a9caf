import type { KindInfo } from "../../api/index.ts";

/**
 * Questions that are created, answered and never stored, as discovery shows them: clients look there before they send one.
 * Who answers reads them itself; their schemas are for clients.
 */
export const reviewKinds: readonly KindInfo[] = [
  review("authentication.k8s.io", "SelfSubjectReview"),
  review("authentication.k8s.io", "TokenReview"),
  review("authorization.k8s.io", "LocalSubjectAccessReview", true),
  review("authorization.k8s.io", "SelfSubjectAccessReview"),
  review("authorization.k8s.io", "SelfSubjectRulesReview"),
  review("authorization.k8s.io", "SubjectAccessReview"),
  review("plush.dev", "Plan"),
];

function review(group: string, kind: string, namespaced = false): KindInfo {
  const singular = kind.toLowerCase();
  return {
    ...{ group, version: "v1", kind, plural: `${singular}s`, singular, namespaced },
    ...{ shortNames: [], categories: [], printerColumns: [], selectableFields: [], conditions: {} },
    hasStatus: false,
    createOnly: true,
    verbs: ["create"],
  };
}
