import type { IncomingMessage } from "node:http";
import type { Caller, Identity, RequestAttributes } from "../../auth/index.ts";
import { logsRoute, runControlRoute, runRoute } from "../../protocol/index.ts";
import type { RequestInfo } from "./request-info.ts";

/** One request from its head to the end of its answer: who makes it, what was decided, what it holds. */
export interface Visit {
  readonly auditId: string;
  readonly request: IncomingMessage;
  readonly info: RequestInfo;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  /** What is asked for; the gate may be told another verb than the method's. */
  attributes: RequestAttributes;
  caller?: Caller;
  /** As whom it is made: the caller, or whom the caller stands for. */
  identity?: Identity;
  decision?: { readonly allowed: boolean; readonly reason: string };
  /** Refused because there were too many: counted, and not recorded, so that a flood does not wash the records away. */
  isExcess?: boolean;
  /** Gives back what the request holds. */
  readonly releases: (() => void)[];
}

const longSubresources: ReadonlySet<string> = new Set(["log", "exec", "attach", "portforward", "proxy"]);
/** Backups and packages: as long as they take. */
const longPaths = /^\/plush\/|\/blobs\//;

const longAddresses: ReadonlySet<string> = new Set([runRoute, runControlRoute, logsRoute]);

/** Whether a request may go on for as long as somebody reads or writes. */
export function isLong({ info, attributes }: Pick<Visit, "info" | "attributes">): boolean {
  if (attributes.verb === "watch") return true;
  if (attributes.kind === "resource" && longSubresources.has(attributes.subresource ?? "")) return true;
  return longAddresses.has(info.path) || longPaths.test(info.path);
}

const ownPaths = /^\/(healthz|livez|readyz|version|metrics|api|apis|openapi|\.well-known|openid)(\/|$)/;

/** Whether a request reads what the server tells of itself: health, version, which kinds there are. */
export function isAboutServer({ attributes }: Pick<Visit, "attributes">): boolean {
  return attributes.kind === "path" && attributes.verb === "get" && ownPaths.test(attributes.path);
}
