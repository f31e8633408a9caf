import { type Clock, sleep } from "../clock/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type { HostLink } from "./host-link.ts";

export interface LinkSource {
  readonly clock: Clock;
  /** To the machine; undefined where it is not attached any more. */
  readonly link: () => HostLink | undefined;
}

/** A machine that is not reached again for so long is waited for no longer; its agent keeps what it has for a minute. */
const patienceMs = 30_000;
const retryMs = 50;

/** Opens something over whatever link the machine has, as soon as it has one. Rejects where the agent refuses, or is not reached. */
export async function openOverAny<Opened>(
  open: (link: HostLink) => Promise<Opened>,
  { clock, link }: LinkSource,
): Promise<Opened> {
  const until = clock.monotonic() + patienceMs;
  for (;;) {
    const to = link();
    const opened = await tryOpen(open, to);
    if ("done" in opened) return opened.done;
    // Who asks says of which machine: the same reason of many is told once.
    if (to === undefined || isGone(to)) throw new StatusError("Unreachable", `the machine was lost: ${opened.why}`);
    if (clock.monotonic() > until) throw new StatusError("Unreachable", `it was not reached again: ${opened.why}`);
    await sleep(clock, retryMs);
  }
}

/** Or why it cannot be reached just now. */
async function tryOpen<Opened>(
  open: (link: HostLink) => Promise<Opened>,
  link: HostLink | undefined,
): Promise<{ readonly done: Opened } | { readonly why: string }> {
  if (link?.agent === undefined) return { why: "it is not connected" };
  try {
    return { done: await open(link) };
  } catch (error) {
    if (!isReason(error, "Unreachable")) throw error;
    return { why: StatusError.from(error).message };
  }
}

function isGone({ state: { phase, verdict } }: HostLink): boolean {
  return phase === "lost" && verdict === "dead";
}
