import { forbidden, invalidValue, required, type Token } from "../api/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import { equalJson } from "../merge/index.ts";
import type { StatusCause } from "../status/index.ts";

/** Users and groups that say how somebody came in, or that live in the server: nobody is made one of them. */
const reservedUsers = /^system:(anonymous$|serviceaccount:|plush:)/;
const reservedGroups = /^system:(authenticated$|unauthenticated$|serviceaccounts($|:)|plush($|:))/;

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

export function tokenRules({ spec }: Token, old?: Token): StatusCause[] {
  if (old !== undefined) return equalJson(spec, old.spec) ? [] : [forbidden("spec", "a token cannot be changed")];
  const { user, groups = [], serviceAccount, expires } = spec;
  return [
    ...subjectRules(spec),
    ...(user !== undefined && reservedUsers.test(user)
      ? [invalidValue("spec.user", user, "a token cannot stand for this user; name service accounts as serviceAccount")]
      : []),
    ...groups.flatMap((group, index) =>
      reservedGroups.test(group)
        ? [invalidValue(`spec.groups[${index}]`, group, "membership of this group is not given by tokens")]
        : [],
    ),
    ...(groups.length > 0 && serviceAccount !== undefined
      ? [forbidden("spec.groups", "the groups of a service account are its own")]
      : []),
    ...(expires === undefined || isExpiry(expires)
      ? []
      : [invalidValue("spec.expires", expires, "must be a time such as 2030-01-31T00:00:00Z, or never")]),
  ];
}

function subjectRules({ user, serviceAccount }: Token["spec"]): StatusCause[] {
  if (user === undefined && serviceAccount === undefined) return [required("spec.user", "or spec.serviceAccount")];
  if (user === undefined || serviceAccount === undefined) return [];
  return [forbidden("spec.serviceAccount", "may not be set beside spec.user")];
}

function isExpiry(text: string): boolean {
  return text === "never" || (rfc3339.test(text) && parseTimestamp(text) !== undefined);
}
