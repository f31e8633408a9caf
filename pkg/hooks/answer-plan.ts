import type { RecoveryAction } from "../api/index.ts";

/** What a hook's answer means. bad: nothing that can be used, and why. */
export type HookReply =
  | { readonly kind: "action"; readonly action: RecoveryAction }
  | { readonly kind: "default" }
  | { readonly kind: "bad"; readonly why: string };

/** So much of an answer that is no good is shown. */
const shownLength = 80;

/** Reads an answer: 204 leaves it to the application, 200 with {"action": …} decides; all else is no answer. */
export function readReply(status: number, text: string, allowed: readonly RecoveryAction[]): HookReply {
  if (status === 204) return { kind: "default" };
  if (status >= 300 && status < 400) return bad(`answered ${status}: redirects are not followed`);
  if (status !== 200) return bad(`answered ${status}, and not 200 or 204`);
  const action = actionIn(text);
  if (action === undefined) return bad(`answered ${shown(text)}, which is no JSON object with an action`);
  const known = allowed.find((one) => one === action);
  return known === undefined
    ? bad(`answered ${shown(String(action))}, which is none of ${allowed.join(", ")}`)
    : { kind: "action", action: known };
}

function actionIn(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "action" in body ? body.action : undefined;
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
}

function bad(why: string): HookReply {
  return { kind: "bad", why };
}
