import type { Logger } from "../log/index.ts";
import type { LeaseRequest } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession } from "./agent-session.ts";
import type { HostConfig, LeaseSource } from "./fabric.ts";

interface Renewal {
  /** Absent: no machine is granted any. */
  readonly leases: LeaseSource | undefined;
  readonly log: Logger;
  readonly host: HostConfig;
  /** With the machine, as long as it is linked. */
  readonly session: () => AgentSession | undefined;
}

/** Answers over the link that was asked on. What does not arrive is asked for again. */
export async function renewLease(request: LeaseRequest, { leases, log, host, session }: Renewal): Promise<void> {
  const asked = session();
  const grant = await leases?.renew(host.resourceUid, request);
  if (grant === undefined || session() !== asked) return;
  await asked?.putLeases(grant).catch((error: unknown) => {
    const { message } = StatusError.from(error);
    log.debug({ resource: host.resourceName, error: message }, "leases not delivered");
  });
}
