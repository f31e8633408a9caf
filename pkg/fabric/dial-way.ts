import type { Clock } from "../clock/index.ts";
import type { AgentConfig } from "../protocol/index.ts";
import type { Tracer } from "../tracing/index.ts";
import { type Dialled, dialAgent } from "./dial.ts";
import type { HostConfig } from "./fabric.ts";
import type { LinkMeter } from "./fabric-metrics.ts";
import type { RelayWay } from "./relay-connector.ts";
import type { StartGate } from "./start-gate.ts";
import type { Ways } from "./ways.ts";

export interface WayPorts {
  readonly clock: Clock;
  readonly term: number;
  readonly agentConfig: (host: HostConfig) => AgentConfig;
  /** Bounds how many machines are being connected to at once. */
  readonly dialGate: StartGate;
  /** The same of those that are reached through a parent: a handshake costs little, and a thousand at once are all too late. */
  readonly relayGate: StartGate;
  readonly links: Pick<LinkMeter, "moved">;
  /** Absent: all machines are reached directly. */
  readonly ways: Ways | undefined;
  /** Undefined: connections are not traced. */
  readonly tracer: Tracer | undefined;
}

/** urgent: another way is tried at once if this one takes long. patient: the machine is reached meanwhile as before. */
export type Haste = "urgent" | "usual" | "patient";

export interface WayRequest {
  readonly host: HostConfig;
  readonly way: RelayWay | "direct";
  readonly signal: AbortSignal;
  /** Machines that were connected before come first. */
  readonly wasReached: boolean;
  readonly haste: Haste;
  readonly replace?: string;
  readonly onStep: (step: string) => void;
}

/** An agent that was reached, and how. */
export interface Reached extends Dialled {
  readonly way: RelayWay | "direct";
  readonly beatMs: number;
  readonly config: AgentConfig;
}

/** An agent that is reached through its parent beats so much less often: the parent watches it too. */
const relayedBeats = 10;
const maxRelayedBeatMs = 5000;
/**
 * Through a parent all is there already, or there is another way: so long for each step. Who is only to be reached
 * otherwise than now is given as long as a slow machine takes: to begin again costs a busy one more than to wait.
 */
const relayAnswerMs: Readonly<Record<Haste, number>> = { urgent: 700, usual: 2000, patient: 8000 };

/** One attempt to reach a machine's agent by one way. Rejects with ConnectError, or the signal's reason. */
export async function dialWay(ports: WayPorts, request: WayRequest): Promise<Reached> {
  const { host, way, onStep } = request;
  if (ports.tracer === undefined) return dial(ports, request);
  const attributes = {
    "plush.machine": host.resourceName,
    "server.address": host.address,
    "plush.way": way === "direct" ? way : "relay",
  };
  return ports.tracer.within("connect", { kind: "client", attributes }, (span) =>
    dial(ports, {
      ...request,
      onStep: (step) => {
        span.event(step);
        onStep(step);
      },
    }),
  );
}

async function dial(ports: WayPorts, request: WayRequest): Promise<Reached> {
  const { clock, term, ways, dialGate, relayGate } = ports;
  const { host, way, signal, wasReached, haste, replace, onStep } = request;
  const config = ports.agentConfig(host);
  const isRelayed = way !== "direct" && ways !== undefined;
  const beatMs = isRelayed ? relayedBeatMs(host) : host.detection.beatMs;
  let leave = isRelayed ? await relayGate.enter({ first: haste === "urgent", signal }) : (): void => {};
  try {
    const dialled = await dialAgent({
      clock,
      connector: isRelayed ? ways.connector(host.resourceUid, way) : host.connector,
      config,
      term,
      signal,
      onStep,
      enter: async () => {
        leave = await dialGate.enter({ first: wasReached, signal });
      },
      // What is relayed is in the link of the parent already.
      ...(!isRelayed && { onBytes: ports.links.moved }),
      ...(replace !== undefined && { replace }),
      ...(isRelayed && { answerMs: relayAnswerMs[haste], beatMs }),
    });
    if (signal.aborted) throw closeDialled(dialled, signal);
    return { ...dialled, way, beatMs, config };
  } finally {
    leave();
  }
}

/** To be thrown in place of what was reached and is not wanted any more. */
export function closeDialled(dialled: Dialled, signal: AbortSignal): unknown {
  dialled.session.close();
  dialled.connection.close();
  return signal.reason;
}

function relayedBeatMs({ detection: { beatMs } }: HostConfig): number {
  return Math.max(beatMs, Math.min(beatMs * relayedBeats, maxRelayedBeatMs));
}
