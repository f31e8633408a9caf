import { type Authorizer, authorize } from "./authorize.ts";
import { anonymous, authenticatedGroup, type Identity } from "./identity.ts";

/** Header values by lower-case name, each occurrence by itself. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Who a request is made as: the caller, or whom it names in Impersonate-* headers (kubectl --as, --as-group), if it
 * may. Throws Forbidden where it may not: ignoring the wish would do more than was asked for.
 */
export function impersonate(authorizer: Authorizer, caller: Identity, headers: DistinctHeaders): Identity {
  const user = headers["impersonate-user"]?.[0];
  const groups = headers["impersonate-group"] ?? [];
  const [uid] = headers["impersonate-uid"] ?? [];
  if (user === undefined && groups.length === 0 && uid === undefined) return caller;
  const name = user ?? "";
  authorize(authorizer, caller, { kind: "resource", verb: "impersonate", group: "", resource: "users", name });
  for (const group of groups)
    authorize(authorizer, caller, {
      kind: "resource",
      verb: "impersonate",
      group: "",
      resource: "groups",
      name: group,
    });
  const all = name === anonymous.user ? groups : [...groups, authenticatedGroup];
  return { user: name, groups: [...new Set(all)], ...(uid !== undefined && { uid }) };
}
