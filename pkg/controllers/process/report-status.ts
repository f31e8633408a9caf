import { kinds, type Process } from "../../api/index.ts";
import { writeStatus } from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import { observe, type ProcessPorts } from "./observe.ts";
import { planStatus } from "./status-plan.ts";
import { transitionsOf } from "./transitions.ts";

/** Tells how a process is. Returns after how long time alone would say something else of it. */
export async function reportStatus(
  process: Process,
  ports: ProcessPorts,
  signal: AbortSignal,
): Promise<number | undefined> {
  const observation = observe(process, ports);
  const status = planStatus(observation);
  const transitions = transitionsOf(process, status);
  await writeStatus({ api: ports.api, kind: kinds.Process, object: process, signal }, status);
  recordTransitions(ports.events, process, transitions);
  const { machine } = observation;
  return machine.kind === "unsettled" ? machine.recheckAfterMs : undefined;
}
