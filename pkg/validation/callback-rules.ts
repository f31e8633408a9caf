import { invalidValue } from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { positiveDuration } from "./checks.ts";

/** Rules of kinds that call somebody over HTTP: `field` is where the value stands. */

/** http or https, and no password in it. */
export function urlRules(field: string, url: string): StatusCause[] {
  if (!URL.canParse(url)) return [invalidValue(field, url, "must be a URL")];
  const { protocol, username, password } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:")
    return [invalidValue(field, url, "must begin with http:// or https://")];
  const hasUser = username !== "" || password !== "";
  return hasUser
    ? [invalidValue(field, url.replace(/\/\/[^@]*@/, "//"), "must not contain a user: sign with secretRef")]
    : [];
}

/** Base64 of PEM. */
export function certificateRules(field: string, caBundle: string | undefined): StatusCause[] {
  if (caBundle === undefined || isCertificate(caBundle)) return [];
  return [invalidValue(field, caBundle.slice(0, 40), "must be base64 of certificates in PEM")];
}

/** A duration above 0, and no more than `most`. */
export function boundedDuration(field: string, duration: string, most: string): StatusCause[] {
  const isLong = (parseDuration(duration) ?? 0) > (parseDuration(most) ?? 0);
  const tooLong = isLong ? [invalidValue(field, duration, `must be at most ${most}`)] : [];
  return [...positiveDuration(field, duration), ...tooLong];
}

function isCertificate(text: string): boolean {
  try {
    return atob(text.replace(/\s/g, "")).includes("-----BEGIN CERTIFICATE-----");
  } catch {
    return false;
  }
}
