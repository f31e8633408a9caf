import { kinds } from "../api/index.ts";
import type { ControllerPorts } from "../controller/index.ts";
import type { Egress } from "../egress/index.ts";
import type { Metrics } from "../metrics/index.ts";
import { type SinkPorts, Sinks } from "../sinks/index.ts";

export interface SinksParts extends Pick<SinkPorts, "log" | "random" | "clusterUid"> {
  readonly egress: Pick<Egress, "post">;
  readonly metrics: Metrics;
}

/** Sends Events out, with Secrets as they are now. */
export function makeSinks(
  { api, clock, cache }: Pick<ControllerPorts, "api" | "clock" | "cache">,
  { metrics, ...parts }: SinksParts,
): Sinks {
  const secrets = cache(kinds.Secret);
  const secret: SinkPorts["secret"] = (namespace, name) => secrets.get({ namespace, name });
  return new Sinks({ api, clock, secret, ...parts }, metrics);
}
