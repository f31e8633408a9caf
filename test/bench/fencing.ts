import { setTimeout as sleep } from "node:timers/promises";
import { type Claim, connect, type Resource } from "../../pkg/sdk/node.ts";
import type { Testbed } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";
import { type Figures, quantile, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";

const rounds = 10;
const leaseMs = 6000;
const barMs = leaseMs + 6000;

const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: single}
spec:
  components: [{name: members, fencing: {leaseDuration: ${leaseMs}ms}}]
  recovery: {maxReplacements: 1000}
  phases:
  - {name: hold, processes: [{name: hold, restartPolicy: Always, command: [sleep, "72000"]}]}
`;

/** The holder of a fenced ordinal is cut off, which nobody can tell from one that works on: until another one is ready. */
export async function* benchFencing(): Figures {
  const bed = await openBed({ hosts: 5 });
  const client = await connect({ kubeconfig: bed.server.kubeconfig });
  afterwards(() => client.close());
  await bed.makePool();
  await bed.apply(manifest);
  const [claims, resources] = [client.claims.informer(), client.resources.informer()];
  await Promise.all([claims.synced, resources.synced]);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { status } = await claims.waitFor("single-members-0", isReady, within(60_000));
    const { host, tookMs } = await cutHolder(bed, status?.resourceName ?? "", async (address) => {
      const isElsewhere = (claim: Claim): boolean => isReady(claim) && claim.status?.resourceName !== address;
      await claims.waitFor("single-members-0", isElsewhere, within(60_000));
    });
    times.push(tookMs);
    await host.heal();
    await resources.waitFor(host.address, isWell, within(60_000));
    // A machine that was lost takes nothing new for a while.
    await bed.server.plush("uncordon", host.address);
  }
  yield* [
    {
      work: `holder of a fenced ordinal cut off, lease ${leaseMs / 1000} s → ready elsewhere, ${rounds} times`,
      reference: "",
      measured: spread(times),
      bar: `≤ ${barMs / 1000} s`,
      met: quantile(times, 1) <= barMs,
    },
  ];
}

async function cutHolder(bed: Testbed, address: string, untilReplaced: (address: string) => Promise<void>) {
  const host = bed.host(address);
  // At any moment between two renewals.
  await sleep(2000 + Math.random() * 2000);
  const start = performance.now();
  await host.cut();
  await untilReplaced(address);
  return { host, tookMs: performance.now() - start };
}

function within(ms: number): { readonly signal: AbortSignal } {
  return { signal: AbortSignal.timeout(ms) };
}

function isReady({ status }: Claim): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
}

function isWell({ status }: Resource): boolean {
  return /Free|Claimed|Quarantined/.test(status?.state ?? "") && (status?.residue ?? []).length === 0;
}
