import type { ClaimFailure, FailureReason, KubeObject } from "../../api/index.ts";
import { keyOf } from "../../api/index.ts";
import { formatTimestamp, parseTimestamp } from "../../clock/index.ts";
import type { HookQuestion } from "../../hooks/index.ts";
import type { ClaimWorld } from "./observe.ts";
import type { RecoveryDecision } from "./recovery-decision.ts";

/** What hooks are told about a failed member. `owner`: its Application, or its Component where that stands alone. */
export function questionFor(
  { claim }: Pick<ClaimWorld, "claim">,
  { cause, hooks, proposed, allowed }: Extract<RecoveryDecision, { readonly kind: "ask" }>,
  { failure, owner }: { readonly failure: ClaimFailure; readonly owner: KubeObject },
): HookQuestion {
  const { uid = "" } = claim.metadata;
  const { epoch, ordinal, component, resourceName = "" } = claim.spec;
  const { processName, message, at = "" } = failure;
  return {
    key: keyOf(claim),
    claimUid: uid,
    cause,
    hooks,
    owner,
    failure: {
      id: [uid, epoch, failure.reason, at].join("/"),
      component,
      ...(ordinal !== undefined && { ordinal }),
      epoch,
      resource: resourceName,
      ...(processName !== undefined && { process: processName }),
      // Hooks are asked about nothing else.
      reason: failure.reason as FailureReason,
      message: shortened(message),
      at: formatTimestamp(parseTimestamp(at) ?? 0),
    },
    proposed,
    allowed,
  };
}

/** The end of a message is what was printed last; many members go in one call. */
const maxMessage = 2048;

function shortened(message: string): string {
  return message.length <= maxMessage ? message : `…${message.slice(-maxMessage)}`;
}
