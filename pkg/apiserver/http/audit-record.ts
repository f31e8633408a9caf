import type { AuditEvent, AuditStage, AuditUser } from "../../audit/index.ts";
import type { Identity } from "../../auth/index.ts";
import { formatMicroTime } from "../../clock/index.ts";
import type { Visit } from "./visit.ts";

/** What is left of addresses and names that clients make up. */
const maxText = 2048;

/**
 * Values of these parameters are not recorded; neither is what looks like a token, wherever it stands. Repetitions are
 * limited so that no text takes long.
 */
const secretParameters = /([?&][^=&]{0,64}(?:token|passw|secret|credential|api_?key)[^=&]{0,64}=)[^&]*/gi;
/** The same in a command that is to be run: --password=…, or --password and the word after it. */
const secretOptions =
  /([?&]command=[^&]{0,64}(?:token|passw|secret|credential|api_?key)[^&%]{0,64}(?:%3D|&command=))[^&]*/gi;
const plushToken = /plush_[a-z0-9.-]+_[0-9A-Za-z]{20,}/g;
const webToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;

/** One look at each text that most have done with. */
const mayHoldSecrets = /[?&]|plush_|eyJ/;

/** An address as it may be written down. */
export function withoutSecrets(text: string): string {
  if (!mayHoldSecrets.test(text)) return text.length > maxText ? text.slice(0, maxText) : text;
  const cut = text.replaceAll(secretParameters, "$1[redacted]").replaceAll(secretOptions, "$1[redacted]");
  return cut.replaceAll(plushToken, "[redacted]").replaceAll(webToken, "[redacted]").slice(0, maxText);
}

/** The record of a request at one of its stages; `code` is that of the answer, undefined where there is none. */
export function auditEventOf(
  visit: Visit,
  stage: AuditStage,
  at: { readonly now: number; readonly elapsedMs: number; readonly code?: number | undefined },
): AuditEvent {
  const { request, caller, identity, decision } = visit;
  const agent = request.headers["user-agent"];
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: visit.auditId,
    stage,
    requestURI: withoutSecrets(request.url ?? ""),
    verb: visit.attributes.verb,
    user: caller === undefined ? { username: "" } : userOf(caller.identity),
    ...(identity !== undefined && identity !== caller?.identity && { impersonatedUser: userOf(identity) }),
    sourceIPs: [request.socket.remoteAddress ?? ""],
    ...(agent !== undefined && { userAgent: withoutSecrets(agent) }),
    ...objectRefOf(visit),
    ...(at.code !== undefined && { responseStatus: { metadata: {}, code: at.code } }),
    requestReceivedTimestamp: formatMicroTime(visit.receivedAt),
    stageTimestamp: formatMicroTime(at.now),
    annotations: {
      ...(decision !== undefined && {
        "authorization.k8s.io/decision": decision.allowed ? "allow" : "forbid",
        "authorization.k8s.io/reason": withoutSecrets(decision.reason),
      }),
      ...(stage === "ResponseComplete" && { "apiserver.latency.k8s.io/total": `${at.elapsedMs.toFixed(3)}ms` }),
    },
  };
}

function userOf({ user, groups, uid, extra }: Identity): AuditUser {
  return { username: user, ...(uid !== undefined && { uid }), groups, ...(extra !== undefined && { extra }) };
}

function objectRefOf({ attributes, info }: Visit): Pick<AuditEvent, "objectRef"> {
  if (attributes.kind === "path") return {};
  const { resource, namespace, name, group, subresource } = attributes;
  return {
    objectRef: {
      resource,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name: withoutSecrets(name) }),
      ...(group !== "" && { apiGroup: group }),
      apiVersion: info.version,
      ...(subresource !== undefined && { subresource }),
    },
  };
}
