import { type Clock, sleep } from "../clock/index.ts";
import type { LookAnswer, LookRequest } from "../protocol/index.ts";
import { ConnectError, type HostConfig, type ProbeVerdict } from "./fabric.ts";

/** What was seen of a machine from outside: by this server and, where it sees nothing, by one of the other agents. */
export interface Look {
  readonly verdict: ProbeVerdict;
  readonly peer?: { readonly name: string; readonly verdict: LookAnswer["verdict"] };
}

/** Another machine, whose agent can be asked. */
export interface Peer {
  readonly name: string;
  readonly look: (request: LookRequest) => Promise<LookAnswer>;
}

export interface LookPorts {
  readonly clock: Clock;
  /** Grows whenever this process could not hear anybody for a while. */
  readonly stalls: () => number;
  /** Somebody who may see what the server does not; undefined where nobody is connected. */
  readonly peerOf: (resourceUid: string) => Peer | undefined;
}

/** What the way to the peer and back may add to its look. */
const peerSlackMs = 200;

/**
 * Looks at a machine from outside, and has another agent look at the same time: what only the server does not reach is
 * not dead. A look during which this process stood still says nothing and is taken again.
 */
export async function lookAt(host: HostConfig, ports: LookPorts, signal: AbortSignal): Promise<Look> {
  for (;;) {
    const before = ports.stalls();
    const asked = askPeer(host, ports, signal);
    const verdict = await host.connector.probe(host.detection.probeMs, signal).catch((): ProbeVerdict => "unknown");
    signal.throwIfAborted();
    if (verdict === "silent") {
      const peer = await asked;
      signal.throwIfAborted();
      if (ports.stalls() === before) return { verdict, ...(peer !== undefined && { peer }) };
    } else if (verdict === "refused" || verdict === "gone" || ports.stalls() === before) {
      return { verdict };
    }
  }
}

/** Never rejects; undefined where nobody could be asked, or did not answer in time. */
async function askPeer(host: HostConfig, ports: LookPorts, signal: AbortSignal): Promise<Look["peer"]> {
  const target = host.connector.lookTarget;
  const peer = target && ports.peerOf(host.resourceUid);
  if (target === undefined || peer === undefined) return undefined;
  const { probeMs } = host.detection;
  const late = new AbortController();
  const answer = peer.look({ ...target, timeoutMs: probeMs }).then(
    ({ verdict }) => ({ name: peer.name, verdict }),
    () => undefined,
  );
  const limit = sleep(ports.clock, probeMs + peerSlackMs, AbortSignal.any([signal, late.signal])).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([answer, limit]).finally(() => late.abort());
}

/** What a look means for an attempt to connect; undefined where one is worth while. */
export function lookFailure(host: HostConfig, { verdict }: Look): ConnectError | undefined {
  const what = { refused: "refuses TCP connects", gone: "is off", silent: "does not answer TCP connects" };
  if (verdict === "answered" || verdict === "unknown") return undefined;
  return new ConnectError("Unreachable", `${host.resourceName} (${host.address}) ${what[verdict]}`);
}
