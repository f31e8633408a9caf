import { readBody, send } from "../../client/portable.ts";
import type { Session } from "../live/session.ts";

type ReviewKind = "SelfSubjectReview" | "SelfSubjectRulesReview";
const groups: Readonly<Record<ReviewKind, string>> = {
  SelfSubjectReview: "authentication.k8s.io",
  SelfSubjectRulesReview: "authorization.k8s.io",
};

/** Asks the server something about who asks. */
export async function askReview(
  { transport }: Session,
  kind: ReviewKind,
  content: object,
  signal: AbortSignal,
): Promise<unknown> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const body = JSON.stringify({ apiVersion: `${groups[kind]}/v1`, kind, ...content });
  const path = `/apis/${groups[kind]}/v1/${kind.toLowerCase()}s`;
  const response = await send(transport, { method: "POST", path, headers, body, signal });
  return JSON.parse(await readBody(response.body));
}
