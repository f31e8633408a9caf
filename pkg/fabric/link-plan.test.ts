import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectSteps, type ProbeVerdict } from "./fabric.ts";
import { initialLink, type LinkEvent, type LinkState, planLink } from "./link-plan.ts";
import type { Look } from "./look.ts";

const overdue: LinkEvent = { kind: "overdue", silentMs: 1551, limitMs: 1550 };
const overdueAgain: LinkEvent = { kind: "overdue", silentMs: 3150, limitMs: 1550 };
const closed: LinkEvent = { kind: "closed", why: "reset by the machine" };
const wayLost: LinkEvent = { kind: "wayLost", why: "reset by its parent" };
const reached: LinkEvent = { kind: "reached" };
const heard: LinkEvent = { kind: "heard" };
const probed = (verdict: ProbeVerdict): LinkEvent => ({ kind: "probed", verdict });
const fromPeer = (verdict: NonNullable<Look["peer"]>["verdict"]): LinkEvent => ({
  kind: "probed",
  verdict: "silent",
  peer: { name: "m2", verdict },
});
const starting: LinkEvent = { kind: "step", step: connectSteps.startingAgent };
const refusedDial: LinkEvent = {
  kind: "dialFailed",
  failure: { reason: "Unreachable", message: "agent's hello: no answer", attempts: 1, lastAt: 0, nextAt: 0 },
};

/** Runs events, one a second, and shows the way: "connected look", "lost:dead close dial". */
function run(events: readonly LinkEvent[]): { shown: string[]; state: LinkState } {
  let state = initialLink(0);
  const shown = events.map((event, index) => {
    const step = planLink(state, event, { nowAt: index * 1000, heardAt: index * 1000 - 500 });
    state = step.state;
    const name = state.phase === "connected" ? (state.suspect ? "suspect" : "connected") : state.phase;
    const label = state.phase === "lost" ? `lost:${state.verdict}` : name;
    return [label, ...step.effects].join(" ");
  });
  return { shown, state };
}

describe("planLink", () => {
  test.each<[string, LinkEvent[], string[]]>([
    ["missed beats alone are no verdict", [overdue], ["suspect look"]],
    ["a late beat settles the matter", [overdue, heard], ["suspect look", "connected"]],
    [
      "a look that comes after the beat is ignored",
      [overdue, heard, probed("silent")],
      ["suspect look", "connected", "connected"],
    ],
    ["silence everywhere", [overdue, probed("silent")], ["suspect look", "lost:dead close dial"]],
    ["silence for a peer too", [overdue, fromPeer("silent")], ["suspect look", "lost:dead close dial"]],
    [
      "a peer that cannot look proves nothing",
      [overdue, fromPeer("unknown")],
      ["suspect look", "lost:dead close dial"],
    ],
    [
      "only the server is cut off",
      [overdue, fromPeer("answered"), fromPeer("answered"), heard],
      ["suspect look", "lost:unreachable dial", "lost:unreachable", "connected rest"],
    ],
    ["a peer sees its kernel only", [overdue, fromPeer("refused")], ["suspect look", "lost:unreachable dial"]],
    [
      "cut off, then switched off",
      [closed, fromPeer("answered"), { kind: "undecided" }, fromPeer("silent")],
      ["lost:judging close dial", "lost:judging", "lost:unreachable", "lost:dead"],
    ],
    ["port refused", [overdue, probed("refused")], ["suspect look", "lost:down close dial"]],
    [
      "cut or frozen agent is given as long again, and keeps its link",
      [overdue, probed("answered"), overdue, overdueAgain, probed("answered")],
      ["suspect look", "suspect", "suspect", "suspect look", "lost:unreachable dial"],
    ],
    [
      "packets were lost",
      [overdue, probed("answered"), heard, overdue, probed("answered")],
      ["suspect look", "suspect", "connected", "suspect look", "suspect"],
    ],
    [
      "silent at the second look",
      [overdue, probed("answered"), overdueAgain, probed("silent")],
      ["suspect look", "suspect", "suspect look", "lost:dead close dial"],
    ],
    [
      "a beat over the old link",
      [overdue, probed("answered"), overdueAgain, probed("answered"), heard],
      ["suspect look", "suspect", "suspect look", "lost:unreachable dial", "connected rest"],
    ],
    ["known to be off", [overdue, probed("gone")], ["suspect look", "lost:dead close dial"]],
    ["nothing could be learned", [overdue, probed("unknown")], ["suspect look", "lost:unreachable dial"]],
    ["its parent is lost, and another way found", [wayLost, reached], ["connected close dial", "connected"]],
    [
      "its parent is lost, and a look sees it",
      [wayLost, probed("answered"), reached],
      ["connected close dial", "connected", "connected"],
    ],
    ["it is lost with its parent", [wayLost, probed("silent")], ["connected close dial", "lost:dead close dial"]],
    [
      "its parent is lost, and no other way found",
      [wayLost, overdue, probed("answered"), overdueAgain, probed("answered")],
      ["connected close dial", "suspect look", "suspect", "suspect look", "lost:unreachable dial"],
    ],
    ["crash", [closed, probed("refused")], ["lost:judging close dial", "lost:down"]],
    [
      "agent killed, restarted",
      [closed, probed("answered"), starting, reached],
      ["lost:judging close dial", "lost:judging", "lost:agentDead", "connected"],
    ],
    [
      "agent cannot be started",
      [closed, starting, refusedDial],
      ["lost:judging close dial", "lost:agentDead", "lost:unreachable"],
    ],
    [
      "answers, and then no agent",
      [closed, probed("answered"), refusedDial],
      ["lost:judging close dial", "lost:judging", "lost:unreachable"],
    ],
    [
      "link closed, nothing learned in time",
      [closed, { kind: "undecided" }],
      ["lost:judging close dial", "lost:unreachable"],
    ],
    [
      "dead machine boots",
      [closed, probed("silent"), probed("answered"), starting, reached],
      ["lost:judging close dial", "lost:dead", "lost:unreachable", "lost:agentDead", "connected"],
    ],
    [
      "unreachable machine is switched off",
      [overdue, fromPeer("answered"), probed("silent")],
      ["suspect look", "lost:unreachable dial", "lost:dead close"],
    ],
    [
      "a failed attempt does not soften death",
      [overdue, probed("silent"), refusedDial],
      ["suspect look", "lost:dead close dial", "lost:dead"],
    ],
  ])("%s", (_name, events, expected) => {
    expect(run([reached, ...events]).shown.slice(1)).toEqual(expected);
  });

  test("a verdict keeps the time of its first finding, and a loss the last sign of life", () => {
    const { state } = run([reached, overdue, probed("silent"), probed("silent")]);
    expect([state.sinceAt, state.verdictAt]).toEqual([1500, 2000]);
  });

  test("the evidence names the peer", () => {
    expect(run([reached, overdue, fromPeer("answered")]).state.evidence).toBe(
      "no beat for 1551 ms; nothing answers TCP connects, but from m2 they are answered",
    );
    expect(run([reached, overdue, fromPeer("silent")]).state.evidence).toMatch(/connects, from m2 neither$/);
  });

  test("only looks and beats give verdicts: without a look nothing is dead or down", () => {
    const event = fc.constantFrom<LinkEvent>(
      reached,
      heard,
      overdue,
      closed,
      refusedDial,
      starting,
      { kind: "undecided" },
      probed("answered"),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const { state } = run(events);
        expect(["dead", "down"]).not.toContain(state.verdict);
        if (state.phase === "connected") expect(state.linkOpen).toBe(true);
      }),
    );
  });
});
