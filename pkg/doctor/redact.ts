/** What of an object may leave the server in a file that is sent to strangers: everything but what may be a secret. */
export function redact(object: unknown): unknown {
  return isRecord(object) && object["kind"] === "Secret" ? hideSecret(object) : hideInside(object, "");
}

/** Values below these names are hidden, the names under them stay. */
const hiddenMaps = new Set(["data", "stringData", "binaryData", "headers"]);
const hiddenTexts = new Set(["content", "password", "passphrase", "token", "privateKey"]);

function hideSecret(secret: Readonly<Record<string, unknown>>): unknown {
  const hidden = { ...secret };
  for (const name of ["data", "stringData"]) if (isRecord(secret[name])) hidden[name] = hideValues(secret[name]);
  return hideInside(hidden, "");
}

function hideInside(value: unknown, name: string): unknown {
  if (typeof value === "string") return hiddenTexts.has(name) ? hidden(value) : scrub(value);
  if (Array.isArray(value)) return value.map((item) => (name === "env" ? hideVariable(item) : hideInside(item, name)));
  if (!isRecord(value)) return value;
  if (hiddenMaps.has(name)) return hideValues(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideInside(inner, key)]));
}

/** Of an environment variable its name stays. */
function hideVariable(item: unknown): unknown {
  if (!isRecord(item) || typeof item["value"] !== "string") return hideInside(item, "");
  return { ...item, value: hidden(item["value"]) };
}

function hideValues(map: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, typeof value === "string" ? hidden(value) : "<hidden>"]),
  );
}

function hidden(text: string): string {
  return text === "" || text.startsWith("<hidden") ? text : `<hidden, ${text.length} characters>`;
}

/** Secrets that stand inside of other texts: private keys, credentials of an address, bearer tokens. */
export function scrub(text: string): string {
  return text
    .replaceAll(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, "<hidden private key>")
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@"']+@/gi, "$1<hidden>@")
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, "$1 <hidden>")
    .replaceAll(/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+/g, "<hidden token>")
    .replaceAll(/((?:password|passwd|secret|token|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, "$1<hidden>");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
