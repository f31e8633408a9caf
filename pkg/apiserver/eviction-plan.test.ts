import { describe, expect, test } from "vitest";
import { aBoundClaim, aComponent, aProcess, aReadyResource } from "../../test/support/builders.ts";
import { annotations, type Claim, type Process, type ProcessStatus } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import { type MemberWorld, planClaimEviction, planPodEviction } from "./eviction-plan.ts";

const ready = (name: string): Claim => aBoundClaim(name, "m1", { status: { state: "Ready" } });
const leaving = (claim: Claim): Claim => {
  return { ...claim, metadata: { ...claim.metadata, annotations: { [annotations.evict]: String(claim.spec.epoch) } } };
};
const web0 = ready("web-0");
const component = aComponent("web", { spec: { replicas: 2 } });
const cordoned = aReadyResource("m1", { spec: { unschedulable: true } });

function member(change: Partial<MemberWorld> = {}): MemberWorld {
  const siblings = [web0, ready("web-1")];
  return { claim: web0, component, siblings, stopping: new Set(), resource: aReadyResource("m1"), ...change };
}

function process(spec: Readonly<Record<string, unknown>> = {}, status: ProcessStatus = { state: "Ready" }): Process {
  return aProcess("p", web0, { spec, status: { epoch: 1, revision: "r1", ...status } });
}

/** What is planned, or the reason for which nothing is. */
function outcome(plan: () => { readonly kind: string }): string {
  try {
    return plan().kind;
  } catch (error) {
    const { reason, details, message } = StatusError.from(error);
    return `${reason}: ${details.causes?.[0]?.message ?? message}`;
  }
}

const budget = "TooManyRequests: The disruption budget web needs 1 healthy pods and has 1 currently";

describe("a pod that is to go", () => {
  test.each<[string, Process, Partial<MemberWorld>, string]>([
    ["is started anew", process(), {}, "delete"],
    ["gets another machine where its own takes nothing new", process(), { resource: cordoned }, "move"],
    ["is on its way", process(), { resource: cordoned, claim: leaving(web0) }, "done"],
    ["waits while another member is not ready", process(), { siblings: [web0, aBoundClaim("web-1", "m2")] }, budget],
    ["waits while a member is missing", process(), { siblings: [web0] }, budget],
    ["waits while another member moves", process(), { siblings: [web0, leaving(ready("web-1"))] }, budget],
    ["waits while another member is restarted", process(), { stopping: new Set(["uid-web-1"]) }, budget],
    [
      "costs nothing where it is not ready anyway",
      process(),
      { claim: aBoundClaim("web-0", "m1"), siblings: [aBoundClaim("web-0", "m1"), aBoundClaim("web-1", "m2")] },
      "delete",
    ],
    [
      "stays where no other machine takes it",
      process(),
      { resource: cordoned, nowhere: "0/1 machines: 1 cordoned" },
      "TooManyRequests: Cannot evict pod as no other machine takes web-0: 0/1 machines: 1 cordoned",
    ],
    [
      "stays where only this machine will do",
      process(),
      { resource: cordoned, claim: aBoundClaim("web-0", "m1", { spec: { targetResourceName: "m1" } }) },
      'Forbidden: claims.plush.dev "web-0" is forbidden: it is for resource/m1 alone, and stays there',
    ],
    [
      "runs at most once",
      process({ restartPolicy: "Never" }, { state: "Running" }),
      {},
      'Forbidden: pods "p" is forbidden: the process runs at most once (restartPolicy Never): nothing starts it again',
    ],
    [
      "has ended",
      process({ restartPolicy: "OnFailure" }, { state: "Exited", exitCode: 0 }),
      { resource: cordoned },
      'Forbidden: pods "p" is forbidden: the process has ended; what is told of it goes with its phase',
    ],
    ["that a person made goes for good", process({ phaseName: undefined }), { resource: cordoned }, "delete"],
  ])("%s", (_name, one, change, expected) => {
    expect(outcome(() => planPodEviction({ process: one, member: member(change) }))).toBe(expected);
  });

  test("moves with the word for this epoch", () => {
    const plan = planPodEviction({ process: process(), member: member({ resource: cordoned }) });
    expect(plan).toMatchObject({ claim: { metadata: { name: "web-0", annotations: { "plush.dev/evict": "1" } } } });
  });
});

describe("a claim that is to go", () => {
  test.each<[string, Partial<MemberWorld>, string]>([
    ["moves", { resource: cordoned }, "move"],
    [
      "stays on a machine that takes new work",
      {},
      'Forbidden: claims.plush.dev "web-0" is forbidden: resource/m1 takes new work; cordon it first',
    ],
    ["waits for the others", { resource: cordoned, siblings: [web0, aBoundClaim("web-1", "m2")] }, budget],
  ])("%s", (_name, change, expected) => {
    expect(outcome(() => planClaimEviction(member(change)))).toBe(expected);
  });

  test("is for its process to make", () => {
    const { component: _none, ...alone } = member({ resource: cordoned });
    expect(outcome(() => planClaimEviction(alone))).toContain("belongs to a process that a person made");
  });
});
