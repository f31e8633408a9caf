import { type Claim, type KubeObject, kinds, type ObjectKey, type Resource } from "../../api/index.ts";
import type { ApiClient } from "../../client/index.ts";
import type { Clock } from "../../clock/index.ts";

/** One thing seen on the way from a failure to its mend. */
export interface RecoveryStep {
  readonly afterMs: number;
  readonly what: string;
}

/** What is watched: the claim that was on the lost machine, and that machine. */
export interface Loss {
  readonly claim: ObjectKey;
  readonly resourceName: string;
  readonly epoch: number;
}

/** Watches one claim and one machine, and tells each new stage of the recovery, until the claim is ready elsewhere. */
export async function watchRecovery(
  api: ApiClient,
  clock: Clock,
  loss: Loss,
  options: { readonly timeoutMs: number; readonly onStep: (step: RecoveryStep) => void },
): Promise<void> {
  const start = clock.monotonic();
  const seen = new Set<string>();
  const tell = (what: string | undefined): void => {
    if (what === undefined || seen.has(what)) return;
    seen.add(what);
    options.onStep({ afterMs: Math.round(clock.monotonic() - start), what });
  };
  const controller = new AbortController();
  const cancel = clock.setTimer(options.timeoutMs, () =>
    controller.abort(new Error(`${loss.claim.name} was not ready on another machine within ${options.timeoutMs} ms`)),
  );
  const { signal } = controller;
  const machine = follow(
    api.watch(kinds.Resource, { signal, fieldSelector: `metadata.name=${loss.resourceName}` }),
    (object) => tell(machineStage(object)),
  );
  try {
    const { namespace, name } = loss.claim;
    for await (const event of api.watch(kinds.Claim, { signal, namespace, fieldSelector: `metadata.name=${name}` })) {
      if (event.type === "BOOKMARK") continue;
      tell(claimStage(event.object, loss));
      if (isReadyElsewhere(event.object, loss)) return;
    }
    signal.throwIfAborted();
    throw new Error(`the watch of ${name} ended`);
  } finally {
    cancel();
    controller.abort(new Error("done"));
    await machine.catch(() => undefined);
  }
}

async function follow<T extends KubeObject>(
  events: AsyncIterable<{ readonly type: string; readonly object: T | KubeObject }>,
  onObject: (object: T) => void,
): Promise<void> {
  for await (const event of events) if (event.type !== "BOOKMARK") onObject(event.object as T);
}

function machineStage({ metadata, status }: Resource): string | undefined {
  if (status?.verdict === undefined) return undefined;
  return status.verdict === "judging"
    ? `${metadata.name} is silent; looking at it from outside`
    : `${metadata.name} is lost: ${status.evidence ?? status.verdict}`;
}

function claimStage(claim: Claim, loss: Loss): string | undefined {
  if (claim.spec.epoch <= loss.epoch || claim.spec.resourceName === undefined) return undefined;
  const on = `${claim.metadata.name} on ${claim.spec.resourceName}`;
  const state = claim.status?.epoch === claim.spec.epoch ? claim.status.state : undefined;
  switch (state) {
    case "Installing":
      return `${on}: installing its software`;
    case "Configured":
      return `${on}: configured; running through the released phases`;
    case "Ready":
      return `${on}: ready`;
    default:
      return `${claim.metadata.name} bound to ${claim.spec.resourceName} (epoch ${claim.spec.epoch})`;
  }
}

function isReadyElsewhere(claim: Claim, loss: Loss): boolean {
  return claim.spec.epoch > loss.epoch && claim.status?.epoch === claim.spec.epoch && claim.status.state === "Ready";
}
