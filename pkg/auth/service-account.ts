import { authenticatedGroup, type Identity } from "./identity.ts";

const serviceAccountPrefix = "system:serviceaccount:";
const serviceAccountsGroup = "system:serviceaccounts";

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Who a service account is, as Kubernetes names it. */
export function serviceAccountIdentity({ namespace, name, uid }: ServiceAccountName): Identity {
  return {
    user: serviceAccountUser(namespace, name),
    uid,
    groups: [...serviceAccountGroups(namespace), authenticatedGroup],
  };
}

/** Groups that a service account is in, beside those of everybody who is known. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return [serviceAccountsGroup, `${serviceAccountsGroup}:${namespace}`];
}

export function serviceAccountUser(namespace: string, name: string): string {
  return `${serviceAccountPrefix}${namespace}:${name}`;
}
