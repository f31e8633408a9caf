import { type Clock, sleep } from "../clock/index.ts";
import type { LookAnswer, LookRequest } from "../protocol/index.ts";
import type { BeatWatch } from "./beat-watch.ts";
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
  /** Tells whether this process stood still. */
  readonly watch: Pick<BeatWatch, "now" | "absences">;
  /** Somebody who may see what the server does not; undefined where nobody is connected. */
  readonly peerOf: (resourceUid: string) => Peer | undefined;
}

/** What the way to the peer and back may add to its look. */
const peerSlackMs = 200;

/** An SSH server that is restarted, as by an upgrade, refuses for a moment; a machine that has none refuses again. */
const againMs = 250;

/**
 * Looks at a machine from outside, and has another agent look at the same time: what only the server does not reach is
 * not dead. A look during which this process was away says nothing and is taken again; shorter standstills only make it longer.
 */
export async function lookAt(host: HostConfig, ports: LookPorts, signal: AbortSignal): Promise<Look> {
  for (let wasRefused = false; ; ) {
    const before = ports.watch.absences;
    const asked = askPeer(host, ports, signal);
    const verdict = await host.connector.probe(host.detection.probeMs, signal).catch((): ProbeVerdict => "unknown");
    signal.throwIfAborted();
    if (verdict === "silent") {
      const peer = await asked;
      signal.throwIfAborted();
      if (ports.watch.absences === before) return { verdict, ...(peer !== undefined && { peer }) };
    } else if (verdict === "refused" && !wasRefused) {
      wasRefused = true;
      await sleep(ports.clock, againMs, signal);
    } else if (verdict === "refused" || verdict === "gone" || ports.watch.absences === before) {
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
  const limit = attend(probeMs + peerSlackMs, ports, AbortSignal.any([signal, late.signal])).then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([answer, limit]).finally(() => late.abort());
}

/** Waits for so much attentive time: an answer that came while this process stood still is read before it ends. */
async function attend(ms: number, { clock, watch }: LookPorts, signal: AbortSignal): Promise<void> {
  const end = watch.now + ms;
  for (let leftMs = ms; leftMs > 0; leftMs = end - watch.now) await sleep(clock, Math.max(1, leftMs), signal);
}

/** What a look means for an attempt to connect; undefined where one is worth while. */
export function lookFailure(host: HostConfig, { verdict }: Look): ConnectError | undefined {
  const what = { refused: "refuses TCP connects", gone: "is off", silent: "does not answer TCP connects" };
  if (verdict === "answered" || verdict === "unknown") return undefined;
  return new ConnectError("Unreachable", `${host.resourceName} (${host.address}) ${what[verdict]}`);
}
