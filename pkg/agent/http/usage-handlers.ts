import { type ClaimReport, routes } from "../../protocol/index.ts";
import type { AgentContext } from "../context.ts";
import { UsageMeter } from "../usage/usage-meter.ts";
import type { Handlers } from "./agent-server.ts";
import { answer } from "./request.ts";

/** What the machine and the processes of its claims use. */
export function usageHandlers(context: AgentContext, claims: () => readonly ClaimReport[]): Handlers {
  const meter = new UsageMeter({
    clock: context.ports.clock,
    running: () =>
      claims().flatMap((claim) =>
        claim.processes.flatMap(({ uid, pid }) => (pid === undefined ? [] : [{ claimUid: claim.uid, uid, pid }])),
      ),
    groupMeter: (claimUid, uid) => context.groups.meter(claimUid, uid),
    signal: context.closing,
  });
  return { [`GET ${routes.usage}`]: async ({ stream }) => answer(stream, await meter.read()) };
}
