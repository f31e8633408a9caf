import { expect, test } from "vitest";
import { aBoundClaim, aProcess } from "../../../test/support/builders.ts";
import { type Barrier, type Claim, type KindInfo, kinds } from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";
import { earlyAnswers } from "./early-answers.ts";

const answered = (processUid: string, change: object = {}) => {
  const outcome = { outcome: "Pass", rank: 1, entered: 2, late: false, reason: "all" };
  return { processUid, round: 1, entryAt: "2026-01-01T00:00:00.000Z", ...outcome, ...change };
};

const barrier = (...answers: object[]): Barrier =>
  ({ metadata: { name: "start", namespace: "default" }, status: { answers } }) as unknown as Barrier;

function told(before: Barrier, after: Barrier, claims: readonly Claim[]) {
  const processes = claims.map((claim) => {
    const name = `p-${claim.metadata.name}`;
    return aProcess(name, claim, { metadata: { uid: name } });
  });
  const ports = {
    cache: ({ kind }: KindInfo) => ({
      byUid: (uid: string) =>
        (kind === kinds.Claim.kind ? claims : processes).find(({ metadata }) => metadata.uid === uid),
      ownedBy: () => [],
    }),
  } as unknown as Pick<ControllerPorts, "cache">;
  return earlyAnswers(before, after, ports);
}

test("B-BAR-20: what is answered anew is told on the machine of the process, for its claim at its epoch", () => {
  const claim = aBoundClaim("a-0", "m1", { spec: { epoch: 4 } });
  expect(told(barrier(), barrier(answered("p-a-0")), [claim])).toEqual([
    {
      resourceUid: claim.spec.resourceUid,
      answer: { ...answered("p-a-0"), name: "start", claimUid: claim.metadata.uid, epoch: 4 },
    },
  ]);
});

test("B-BAR-21: nothing is told twice, nor without its entry, nor of a claim that goes or has no machine", () => {
  const claim = aBoundClaim("a-0", "m1");
  const one = barrier(answered("p-a-0"));
  expect(told(one, one, [claim])).toEqual([]);
  expect(told(one, barrier(answered("p-a-0", { entryAt: "2026-01-01T00:00:01.000Z" })), [claim])).toHaveLength(1);
  expect(told(barrier(), barrier(answered("p-a-0", { entryAt: undefined })), [claim])).toEqual([]);
  const { resourceUid: _without, ...unbound } = claim.spec;
  expect(told(barrier(), one, [{ ...claim, spec: unbound }])).toEqual([]);
  const leaving = { ...claim, metadata: { ...claim.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
  expect(told(barrier(), one, [leaving])).toEqual([]);
  expect(told(barrier(), one, [])).toEqual([]);
});
