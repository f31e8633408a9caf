import type { JWTPayload } from "jose";
import { authenticatedGroup, type Identity } from "../identity.ts";

/** How the claims of an issuer's tokens become a user; names and defaults are those of Kubernetes' flags. */
export interface OidcClaims {
  readonly issuer: string;
  /** Default "sub". */
  readonly usernameClaim?: string;
  /** Default the issuer and "#", none for the claim email; "-" is none. */
  readonly usernamePrefix?: string;
  /** Absent: users are in no group. */
  readonly groupsClaim?: string;
  readonly groupsPrefix?: string;
  /** What these claims must be. */
  readonly requiredClaims?: Readonly<Record<string, string>>;
}

/** Names that this server gives out itself. */
const reserved = "system:";

/**
 * Who a token's claims name. A text that says what is wrong, where they name nobody, or a name that is not the issuer's to
 * give; groups that are not are left out.
 */
export function identityOfClaims(claims: JWTPayload, options: OidcClaims): Identity | string {
  const { usernameClaim = "sub", groupsClaim, groupsPrefix = "", requiredClaims = {} } = options;
  for (const [name, value] of Object.entries(requiredClaims))
    if (claims[name] !== value) return `claim ${name} is not ${JSON.stringify(value)}`;
  const name = claims[usernameClaim];
  if (typeof name !== "string" || name === "") return `claim ${usernameClaim} is no text`;
  if (usernameClaim === "email" && claims["email_verified"] !== undefined && claims["email_verified"] !== true)
    return "email is not verified";
  const user = prefixOf(usernameClaim, options) + name;
  if (user.startsWith(reserved)) return `user ${user} is reserved`;
  const groups = groupsClaim === undefined ? [] : groupsOf(claims[groupsClaim]);
  if (groups === undefined) return `claim ${groupsClaim} is no list of texts`;
  const allowed = groups.map((group) => groupsPrefix + group).filter((group) => !group.startsWith(reserved));
  const { jti } = claims;
  return {
    user,
    groups: [...new Set([...allowed, authenticatedGroup])],
    ...(jti !== undefined && { extra: { "authentication.kubernetes.io/credential-id": [`JTI=${jti}`] } }),
  };
}

function prefixOf(usernameClaim: string, { usernamePrefix, issuer }: OidcClaims): string {
  if (usernamePrefix === "-") return "";
  return usernamePrefix ?? (usernameClaim === "email" ? "" : `${issuer}#`);
}

/** One group may stand without a list around it. */
function groupsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}
