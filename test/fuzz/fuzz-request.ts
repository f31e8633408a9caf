import corpus from "./corpus.json" with { type: "json" };

/** A request as it goes over the wire; texts are bytes, one a character, where `body` is none. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** In place of `body`, where that is no text. */
  readonly base64?: string;
}

/** Requests that real clients sent: kubectl 1.27 and 1.33 through most of their commands, and some that other clients send. */
export const recordedRequests: readonly FuzzRequest[] = (corpus as readonly Recorded[]).map(
  ({ method, path, headers, body = "", base64 }) => ({
    method,
    path,
    headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value ? [[name, value]] : []))),
    body: base64 === undefined ? Buffer.from(body) : Buffer.from(base64, "base64"),
  }),
);

/** The request as the bytes of HTTP/1.1. */
export function toBytes({ method, path, headers, body }: FuzzRequest): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const hasBody = body.length > 0 || (method !== "GET" && method !== "HEAD");
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: fuzz",
    ...lines,
    ...(hasBody ? [`Content-Length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

/** A command line that sends the request again. */
export function asCurl(request: FuzzRequest, server: string): string {
  const { method, path, headers, body } = request;
  const parts = ["curl -sk --path-as-is --cert $CERT --key $KEY", `-X ${quote(method)}`, quote(`${server}${path}`)];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body.length > 0)
    parts.push(
      `--data-binary ${body.length > 4096 ? `@<(base64 -d <<<${body.toString("base64")})` : quote(body.toString("latin1"))}`,
    );
  return parts.join(" ");
}

/** Text as bash reads it, whatever bytes are in it. */
function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const escaped = [...text].map((character) => {
    const code = character.charCodeAt(0);
    if (character === "'" || character === "\\") return `\\${character}`;
    return code >= 0x20 && code < 0x7f ? character : `\\x${code.toString(16).padStart(2, "0")}`;
  });
  return `$'${escaped.join("")}'`;
}
