import { readFileSync } from "node:fs";
import { type Arguments, type Flag, UsageError } from "../../cli/index.ts";
import type { OidcOptions } from "../server-options.ts";

/** Flags about an OpenID Connect issuer; names, meaning and defaults as Kubernetes has them. */
export const oidcFlags: readonly Flag[] = [
  { name: "oidc-issuer-url", type: "text", value: "URL", help: "let users of this OpenID Connect issuer log in" },
  { name: "oidc-client-id", type: "text", value: "ID", help: "the audience that their tokens name" },
  { name: "oidc-username-claim", type: "text", value: "CLAIM", help: "what is the user's name (default sub)" },
  {
    name: "oidc-username-prefix",
    type: "text",
    value: "TEXT",
    help: 'before the user\'s name (default the issuer and "#", nothing for the claim email; "-" is nothing)',
  },
  { name: "oidc-groups-claim", type: "text", value: "CLAIM", help: "which groups the user is in (default none)" },
  { name: "oidc-groups-prefix", type: "text", value: "TEXT", help: "before the names of these groups" },
  {
    name: "oidc-required-claim",
    type: "texts",
    value: "CLAIM=VALUE",
    help: "let in only whose tokens say this",
  },
  {
    name: "oidc-signing-algs",
    type: "text",
    value: "LIST",
    help: "algorithms that tokens may be signed with (default RS256)",
  },
  { name: "oidc-ca-file", type: "text", value: "FILE", help: "authority of the issuer's certificate" },
];

const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

/** Undefined where no issuer is named. Throws UsageError for what does not go together. */
export function readOidcFlags(args: Arguments): OidcOptions | undefined {
  const issuer = args.text("oidc-issuer-url");
  const clientId = args.text("oidc-client-id");
  if (issuer === undefined || clientId === undefined) {
    if (!oidcFlags.some(({ name }) => args.has(name))) return undefined;
    throw new UsageError("--oidc-issuer-url and --oidc-client-id must be given together");
  }
  checkIssuer(issuer);
  const usernameClaim = args.text("oidc-username-claim");
  const usernamePrefix = args.text("oidc-username-prefix");
  const groupsClaim = args.text("oidc-groups-claim");
  const groupsPrefix = args.text("oidc-groups-prefix");
  const caFile = args.text("oidc-ca-file");
  return {
    issuer,
    clientId,
    requiredClaims: requiredClaims(args.texts("oidc-required-claim")),
    signingAlgorithms: signingAlgorithms(args.text("oidc-signing-algs") ?? "RS256"),
    ...(usernameClaim !== undefined && { usernameClaim }),
    ...(usernamePrefix !== undefined && { usernamePrefix }),
    ...(groupsClaim !== undefined && { groupsClaim }),
    ...(groupsPrefix !== undefined && { groupsPrefix }),
    ...(caFile !== undefined && { ca: readAuthority(caFile) }),
  };
}

function checkIssuer(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.search === "" && url.hash === "" && url.username === "") return;
  throw new UsageError("--oidc-issuer-url: an address that begins with https://, without a query, is expected");
}

function requiredClaims(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text) => {
    const equals = text.indexOf("=");
    if (equals <= 0) throw new UsageError(`--oidc-required-claim: ${JSON.stringify(text)} is not CLAIM=VALUE`);
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

function signingAlgorithms(list: string): readonly string[] {
  const named = list.split(",").map((name) => name.trim());
  const unknown = named.find((name) => !algorithms.includes(name));
  if (unknown === undefined) return named;
  throw new UsageError(`--oidc-signing-algs: ${JSON.stringify(unknown)} is not one of ${algorithms.join(", ")}`);
}

function readAuthority(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`--oidc-ca-file: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(`--oidc-ca-file: ${file} holds no certificate`);
}
