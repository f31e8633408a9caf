import { type Hook, invalidValue } from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { positiveDuration } from "./checks.ts";

/** A hook that takes longer holds up the recovery of its members for nothing. */
const maxTimeoutMs = 30_000;

export function hookRules({ spec }: Hook): StatusCause[] {
  const { url, caBundle, timeout } = spec;
  const isLong = (parseDuration(timeout) ?? 0) > maxTimeoutMs;
  return [
    ...urlRules(url),
    ...positiveDuration("spec.timeout", timeout),
    ...(isLong ? [invalidValue("spec.timeout", timeout, "must be at most 30s")] : []),
    ...(caBundle === undefined || isCertificate(caBundle)
      ? []
      : [invalidValue("spec.caBundle", caBundle.slice(0, 40), "must be base64 of certificates in PEM")]),
  ];
}

function urlRules(url: string): StatusCause[] {
  const field = "spec.url";
  if (!URL.canParse(url)) return [invalidValue(field, url, "must be a URL")];
  const { protocol, username, password } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:")
    return [invalidValue(field, url, "must begin with http:// or https://")];
  const hasUser = username !== "" || password !== "";
  return hasUser
    ? [invalidValue(field, url.replace(/\/\/[^@]*@/, "//"), "must not contain a user: sign with secretRef")]
    : [];
}

function isCertificate(text: string): boolean {
  try {
    return atob(text.replace(/\s/g, "")).includes("-----BEGIN CERTIFICATE-----");
  } catch {
    return false;
  }
}
