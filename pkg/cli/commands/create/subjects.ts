import type { RbacSubject } from "../../../api/index.ts";
import type { Arguments, Flag } from "../../arguments.ts";
import { UsageError } from "../../usage-error.ts";

/** Flags that name who gets something. */
export const subjectFlags: readonly Flag[] = [
  { name: "user", type: "texts", value: "NAME", help: "a user" },
  { name: "group", type: "texts", value: "NAME", help: "a group" },
  { name: "serviceaccount", type: "texts", value: "NAMESPACE:NAME", help: "a service account" },
];

export const rbacGroup = "rbac.authorization.k8s.io";

export function readSubjects(args: Arguments): readonly RbacSubject[] {
  return [
    ...args.texts("user").map((name) => ({ kind: "User" as const, apiGroup: rbacGroup, name })),
    ...args.texts("group").map((name) => ({ kind: "Group" as const, apiGroup: rbacGroup, name })),
    ...args.texts("serviceaccount").map((text) => ({ kind: "ServiceAccount" as const, ...readServiceAccount(text) })),
  ];
}

/** "NAMESPACE:NAME", as kubectl takes it. */
export function readServiceAccount(text: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = "", ...more] = text.split(":");
  if (namespace === "" || name === "" || more.length > 0)
    throw new UsageError(`--serviceaccount: ${JSON.stringify(text)} is not NAMESPACE:NAME`);
  return { namespace, name };
}
