import type { IncomingHttpHeaders } from "node:http";
import { bearerProtocolPrefix } from "../protocol/index.ts";

/** About one connection, and not about what goes over it: RFC 9110, 7.6.1. */
const hopByHop: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["te", "trailer", "transfer-encoding", "upgrade", "expect"],
]);

/** What a browser says to us: who it is to us, and what page asks. Who asks the server is the kubeconfig's user, whatever a page says. */
const ours = /^(host|origin|referer|cookie|authorization|forwarded|via|impersonate-.*|x-forwarded-.*|x-plush-csrf)$/;
const ofBrowser = /^sec-(fetch-|ch-|gpc|purpose)/;

/** Headers of a browser's request as the server gets them. */
export function requestHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return passed(headers, (name) => !ours.test(name) && !ofBrowser.test(name));
}

/** Of one that asks for a WebSocket: the token that a page may have put there goes the way of its other ones. */
export function upgradeHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const protocols = (headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith(bearerProtocolPrefix));
  const { "sec-websocket-protocol": _, ...others } = requestHeaders(headers);
  return {
    ...others,
    connection: "Upgrade",
    upgrade: "websocket",
    ...(protocols.length > 0 && { "sec-websocket-protocol": protocols.join(", ") }),
  };
}

/** Headers of the server's answer as the browser gets them. Whatever it is, it is no page of ours. */
export function answerHeaders(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return {
    ...passed(headers, (name) => name !== "set-cookie" && !name.startsWith("access-control-")),
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
  };
}

function passed(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  isWanted: (name: string) => boolean,
): Readonly<Record<string, string>> {
  const named = new Set(
    String(headers["connection"] ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) || named.has(name) || !isWanted(name)
        ? []
        : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}
