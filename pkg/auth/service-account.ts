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
    groups: [serviceAccountsGroup, `${serviceAccountsGroup}:${namespace}`, authenticatedGroup],
  };
}

export function serviceAccountUser(namespace: string, name: string): string {
  return `${serviceAccountPrefix}${namespace}:${name}`;
}
