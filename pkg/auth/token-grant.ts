import { kinds, type Token } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import { type Authorizer, type RequestAttributes, refusal } from "./authorize.ts";
import type { Identity } from "./identity.ts";

/**
 * Throws Forbidden where who makes a Token would become more than he is by it: it may stand for himself, for users and
 * groups that he may impersonate, and for service accounts whose tokens he may make.
 */
export function checkTokenGrant(authorizer: Authorizer, identity: Identity, { metadata, spec }: Token): void {
  for (const attributes of needed(identity, spec)) {
    const decision = authorizer.decide(identity, attributes);
    if (decision.allowed) continue;
    const { name = "" } = metadata;
    const why = refusal(identity, attributes, decision);
    const message = `tokens.plush.dev ${JSON.stringify(name)} is forbidden: it would stand for somebody else: ${why}`;
    const details = { name, group: kinds.Token.group, kind: kinds.Token.plural };
    throw new StatusError("Forbidden", message, { details });
  }
}

function needed(identity: Identity, { user, groups = [], serviceAccount }: Token["spec"]): RequestAttributes[] {
  if (serviceAccount !== undefined) {
    const account = { group: "", resource: "serviceaccounts", subresource: "token" } as const;
    return [{ kind: "resource", verb: "create", ...account, ...serviceAccount }];
  }
  const impersonate = (resource: string, name: string): RequestAttributes => ({
    kind: "resource",
    verb: "impersonate",
    group: "",
    resource,
    name,
  });
  return [
    ...(user === undefined || user === identity.user ? [] : [impersonate("users", user)]),
    ...groups.filter((group) => !identity.groups.includes(group)).map((group) => impersonate("groups", group)),
  ];
}
