import { expect, it } from "vitest";
import type { Claim, Process } from "../../api/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { mayGo } from "./removal-plan.ts";

const process = {
  metadata: { uid: "p", resourceVersion: "50", deletionTimestamp: "2024-01-01T00:00:00Z" },
  spec: { epoch: 2, suspend: false },
} as Process;
const claim = { metadata: { uid: "c" }, spec: { epoch: 2 } } as Claim;

function connected(state: string | undefined, generation: number): HostObservation {
  const processes = state === undefined ? [] : [{ uid: "p", epoch: 2, state }];
  return {
    state: "connected",
    document: { term: 1, generation },
    claims: new Map([["c", { processes }]]),
  } as unknown as HostObservation;
}

it.each<[string, boolean, Parameters<typeof mayGo>[0]]>([
  ["its claim is no more", true, { process }],
  ["its claim is being removed whole", true, { process, claim: { ...claim, metadata: { deletionTimestamp: "x" } } }],
  ["its claim has moved on", true, { process, claim: { ...claim, spec: { ...claim.spec, epoch: 3 } } }],
  [
    "its claim has moved on, and its machine is at removing it",
    false,
    { process, claim: { ...claim, spec: { ...claim.spec, epoch: 3 } }, isOwed: true },
  ],
  ["its machine does not answer", false, { process, claim, observation: { state: "lost" } as HostObservation }],
  ["it runs", false, { process, claim, observation: connected("Ready", 99) }],
  ["it is being stopped", false, { process, claim, observation: connected("Stopping", 99) }],
  ["it has ended", true, { process, claim, observation: connected("Exited", 10) }],
  ["it waits, and may yet be started", false, { process, claim, observation: connected("Pending", 49) }],
  ["it waits, and was told to stop", true, { process, claim, observation: connected("Pending", 50) }],
  [
    "nothing is known of it, and it may be on its way",
    false,
    { process, claim, observation: connected(undefined, 49) },
  ],
  ["nothing is known of it, and its stop was taken", true, { process, claim, observation: connected(undefined, 51) }],
  [
    "it was stopped long ago",
    true,
    { process: { ...process, spec: { ...process.spec, suspend: true } }, claim, observation: connected(undefined, 1) },
  ],
])("where %s: %s", (_, expected, removal) => {
  expect(mayGo(removal)).toBe(expected);
});
