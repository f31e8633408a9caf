import { ConnectError, type HostConfig, type ProbeVerdict } from "./fabric.ts";

/** Looks at a machine from outside. A look during which this process stood still says nothing and is taken again. */
export async function lookAt(host: HostConfig, stalls: () => number, signal: AbortSignal): Promise<ProbeVerdict> {
  for (;;) {
    const before = stalls();
    const verdict = await host.connector.probe(host.detection.probeMs, signal).catch((): ProbeVerdict => "unknown");
    signal.throwIfAborted();
    if (verdict === "refused" || verdict === "gone" || stalls() === before) return verdict;
  }
}

/** What a look means for an attempt to connect; undefined where one is worth while. */
export function lookFailure(host: HostConfig, verdict: ProbeVerdict): ConnectError | undefined {
  const what = { refused: "refuses TCP connects", gone: "is off", silent: "does not answer TCP connects" };
  if (verdict === "answered" || verdict === "unknown") return undefined;
  return new ConnectError("Unreachable", `${host.resourceName} (${host.address}) ${what[verdict]}`);
}
