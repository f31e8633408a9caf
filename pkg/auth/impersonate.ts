import { StatusError } from "../status/index.ts";
import { type Authorizer, authorize, type ResourceAttributes } from "./authorize.ts";
import { anonymous, authenticatedGroup, type Identity } from "./identity.ts";
import { serviceAccountGroups } from "./service-account.ts";

/** Header values by lower-case name, each occurrence by itself. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

const extraPrefix = "impersonate-extra-";
const authenticationGroup = "authentication.k8s.io";

/**
 * Who a request is made as: the caller, or whom it names in Impersonate-* headers (kubectl --as, --as-group, --as-uid),
 * if it may: verb impersonate on users, groups, serviceaccounts, uids and userextras. Throws Forbidden where it may not:
 * ignoring the wish would do more than was asked for.
 */
export function impersonate(authorizer: Authorizer, caller: Identity, headers: DistinctHeaders): Identity {
  const user = headers["impersonate-user"]?.[0];
  const named = headers["impersonate-group"] ?? [];
  const [uid] = headers["impersonate-uid"] ?? [];
  const extra = extraOf(headers);
  const hasExtra = Object.keys(extra).length > 0;
  if (user === undefined) {
    if (named.length === 0 && uid === undefined && !hasExtra) return caller;
    throw new StatusError("BadRequest", "groups, a uid or extra were to be impersonated without a user");
  }
  checkMayBe(authorizer, caller, { user, groups: named, extra, ...(uid !== undefined && { uid }) });
  const account = accountOf(user);
  const groups = account === undefined || named.length > 0 ? named : serviceAccountGroups(account.namespace);
  return {
    user,
    groups: withEverybody(user, groups),
    ...(uid !== undefined && { uid }),
    ...(hasExtra && { extra }),
  };
}

/** Throws Forbidden where `identity` may not act as `wanted`: as the user, in each of the groups, with the rest. */
function checkMayBe(authorizer: Authorizer, identity: Identity, wanted: Identity): void {
  const { user, groups, uid, extra = {} } = wanted;
  const account = accountOf(user);
  const asked = [
    account === undefined
      ? part("users", user)
      : { ...part("serviceaccounts", account.name), namespace: account.namespace },
    ...groups.map((group) => part("groups", group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ ...part("userextras", value, authenticationGroup), subresource: key })),
    ),
    ...(uid === undefined ? [] : [part("uids", uid, authenticationGroup)]),
  ];
  for (const attributes of asked) authorize(authorizer, identity, attributes);
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** One part of whom somebody wants to be. */
function part(resource: string, name: string, group = ""): ResourceAttributes {
  return { kind: "resource", verb: "impersonate", group, resource, name };
}

/** Who is known is in one group, and who is not in another. */
function withEverybody(user: string, groups: readonly string[]): readonly string[] {
  const [unauthenticated = ""] = anonymous.groups;
  const all = user === anonymous.user ? unauthenticated : authenticatedGroup;
  return groups.includes(unauthenticated) ? groups : [...new Set([...groups, all])];
}

/** Keys are percent-encoded in the names of headers, which know no upper case. */
function extraOf(headers: DistinctHeaders): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(headers).flatMap(([name, values = []]) =>
    name.startsWith(extraPrefix) && values.length > 0 ? [[decodeKey(name.slice(extraPrefix.length)), values]] : [],
  );
  return Object.fromEntries(entries);
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key).toLowerCase();
  } catch {
    return key;
  }
}
