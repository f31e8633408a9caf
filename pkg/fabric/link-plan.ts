import { type ConnectFailure, connectSteps } from "./fabric.ts";
import type { Look } from "./look.ts";

/**
 * What the server knows about one machine, and how evidence changes it. Beats prove life; their absence proves nothing
 * until a look from outside has been taken:
 *
 * | seen                                  | verdict     |
 * |---------------------------------------|-------------|
 * | link lost, the machine has no agent   | agentDead   |
 * | port refused                          | down        |
 * | any TCP answer, agent silent, also after as long again | unreachable |
 * | the server sees nothing, a peer does  | unreachable |
 * | silence everywhere, or known dead     | dead        |
 */
export type Verdict = "judging" | "dead" | "down" | "unreachable" | "agentDead";

export interface LinkState {
  readonly phase: "connecting" | "connected" | "lost";
  /** Wall clock: begin of the attempts, of the connection, or the last sign of life. */
  readonly sinceAt: number;
  readonly step: string;
  /** Beats were missed and no look from outside has been taken yet. */
  readonly suspect: boolean;
  /** The machine answers while its agent is silent, which lost packets look like as well: it is given as long again, once. */
  readonly patience: "unspent" | "given" | "spent";
  /** The last link has not been closed; what comes over it still counts. */
  readonly linkOpen: boolean;
  readonly verdict: Verdict;
  readonly verdictAt: number;
  readonly evidence: string;
  readonly failure?: ConnectFailure;
}

export type LinkEvent =
  | { readonly kind: "step"; readonly step: string }
  | { readonly kind: "reached" }
  | { readonly kind: "heard" }
  /** Beats are missing for so long, and for longer than is borne. */
  | { readonly kind: "overdue"; readonly silentMs: number; readonly limitMs: number }
  | { readonly kind: "closed"; readonly why: string }
  /** The way through its parent is lost: that says nothing about the machine, which is looked for by other ways. */
  | { readonly kind: "wayLost"; readonly why: string }
  | ({ readonly kind: "probed" } & Look)
  | { readonly kind: "dialFailed"; readonly failure: ConnectFailure }
  /** The link was lost so long ago and evidence decides nothing. */
  | { readonly kind: "undecided" };

/** look: take a look from outside. dial: begin to pursue the machine. rest: stop doing so. close: end the old link. */
export type LinkEffect = "look" | "dial" | "rest" | "close";

export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

export function initialLink(nowAt: number): LinkState {
  return {
    phase: "connecting",
    sinceAt: nowAt,
    step: connectSteps.connecting,
    suspect: false,
    patience: "unspent",
    linkOpen: false,
    verdict: "judging",
    verdictAt: nowAt,
    evidence: "",
  };
}

/** Wall clock. */
export interface LinkTimes {
  readonly nowAt: number;
  /** The last sign of life. */
  readonly heardAt: number;
}

/** Total: an event that means nothing in a state leaves it as the same object. */
export function planLink(state: LinkState, event: LinkEvent, times: LinkTimes): LinkStep {
  const { nowAt } = times;
  if (event.kind === "reached") return reached(state, nowAt);
  if (event.kind === "dialFailed") return dialFailed(state, event.failure, nowAt);
  switch (state.phase) {
    case "connecting":
      return whileConnecting(state, event, nowAt);
    case "connected":
      return whileConnected(state, event, times);
    case "lost":
      return whileLost(state, event, nowAt);
  }
}

/** One that was connected before has only come by another way. */
function reached(state: LinkState, nowAt: number): LinkStep {
  const { failure: _, ...rest } = state;
  const sinceAt = state.phase === "connected" ? state.sinceAt : nowAt;
  return {
    state: {
      ...rest,
      phase: "connected",
      sinceAt,
      step: "connected",
      suspect: false,
      patience: "unspent",
      linkOpen: true,
      evidence: "",
    },
    effects: [],
  };
}

function dialFailed(state: LinkState, failure: ConnectFailure, nowAt: number): LinkStep {
  if (state.phase === "connected") return unchanged(state);
  const failed: LinkState = { ...state, failure };
  const isOpen = state.phase === "lost" && (state.verdict === "judging" || state.verdict === "agentDead");
  if (!isOpen) return { state: failed, effects: [] };
  return { state: judged(failed, "unreachable", failure.message, nowAt), effects: [] };
}

function whileConnecting(state: LinkState, event: LinkEvent, nowAt: number): LinkStep {
  if (event.kind === "step") return { state: { ...state, step: event.step }, effects: [] };
  if (event.kind === "probed") {
    return { state: judged(state, verdictOf(event), lookText(event), nowAt), effects: [] };
  }
  return unchanged(state);
}

function whileConnected(state: LinkState, event: LinkEvent, times: LinkTimes): LinkStep {
  switch (event.kind) {
    case "heard":
      if (!state.suspect) return unchanged(state);
      return { state: { ...state, suspect: false, patience: "unspent", evidence: "" }, effects: [] };
    case "overdue":
      return overdue(state, event);
    case "probed":
      // Without a link either, a machine that nobody sees need not be waited for.
      if (!state.suspect && (state.linkOpen || hasAnswered(event))) return unchanged(state);
      if (event.verdict === "answered" && state.patience === "unspent")
        return { state: { ...state, patience: "given" }, effects: [] };
      return lostBySilence(state, event, times);
    case "wayLost":
      return { state: { ...state, linkOpen: false, evidence: event.why }, effects: ["close", "dial"] };
    case "closed":
      return {
        state: { ...lost(state, "judging", event.why, times), linkOpen: false },
        effects: ["close", "dial"],
      };
    default:
      return unchanged(state);
  }
}

function overdue(state: LinkState, { silentMs, limitMs }: Extract<LinkEvent, { kind: "overdue" }>): LinkStep {
  const isOver = state.patience === "given" && silentMs > 2 * limitMs;
  if (state.suspect && !isOver) return unchanged(state);
  const sinceText = `for ${Math.round(silentMs)} ms`;
  const evidence = state.linkOpen
    ? `no beat ${sinceText}`
    : `its parent was lost, and no other way to its agent found ${sinceText}`;
  return {
    state: { ...state, suspect: true, patience: isOver ? "spent" : "unspent", evidence },
    effects: ["look"],
  };
}

function lostBySilence(state: LinkState, seen: Look, times: LinkTimes): LinkStep {
  const evidence = `${state.evidence}; ${lookText(seen)}`;
  const gone = lost(state, verdictOf(seen), evidence, times);
  // A machine that answers may be slow only: its old link stays, so that one more beat over it settles the matter.
  if (hasAnswered(seen)) return { state: gone, effects: ["dial"] };
  return { state: { ...gone, linkOpen: false }, effects: ["close", "dial"] };
}

function whileLost(state: LinkState, event: LinkEvent, nowAt: number): LinkStep {
  switch (event.kind) {
    case "heard":
      if (!state.linkOpen) return unchanged(state);
      return { state: reached(state, nowAt).state, effects: ["rest"] };
    case "closed":
      return state.linkOpen ? { state: { ...state, linkOpen: false }, effects: ["close"] } : unchanged(state);
    case "step":
      if (event.step !== connectSteps.startingAgent) return { state: { ...state, step: event.step }, effects: [] };
      return withoutLink(
        judged({ ...state, step: event.step }, "agentDead", "machine answers, its agent is gone", nowAt),
      );
    case "probed":
      return probedWhileLost(state, event, nowAt);
    case "undecided":
      if (state.verdict !== "judging") return unchanged(state);
      return { state: judged(state, "unreachable", `${state.evidence}; agent does not answer`, nowAt), effects: [] };
    default:
      return unchanged(state);
  }
}

function probedWhileLost(state: LinkState, seen: Look, nowAt: number): LinkStep {
  if (!hasAnswered(seen)) return withoutLink(judged(state, verdictOf(seen), lookText(seen), nowAt));
  // Answered says the machine is up; the attempt that follows tells whether its agent is.
  if (state.verdict === "judging" || state.verdict === "agentDead") return unchanged(state);
  return { state: judged(state, "unreachable", lookText(seen), nowAt), effects: [] };
}

function withoutLink(state: LinkState): LinkStep {
  return { state: { ...state, linkOpen: false }, effects: state.linkOpen ? ["close"] : [] };
}

function lost(state: LinkState, verdict: Verdict, evidence: string, times: LinkTimes): LinkState {
  const { nowAt, heardAt } = times;
  return {
    ...state,
    phase: "lost",
    sinceAt: heardAt,
    step: "lost",
    suspect: false,
    verdict,
    verdictAt: nowAt,
    evidence,
  };
}

/** The time of a verdict is that of its first finding. */
function judged(state: LinkState, verdict: Verdict, evidence: string, nowAt: number): LinkState {
  if (state.verdict === verdict && state.evidence !== "") return state;
  return { ...state, verdict, verdictAt: nowAt, evidence };
}

/** What answers a peer alone is up: the way to it from here is cut, and whether its agent lives is not known. */
function hasAnswered({ verdict, peer }: Look): boolean {
  if (verdict === "answered" || verdict === "unknown") return true;
  return verdict === "silent" && (peer?.verdict === "answered" || peer?.verdict === "refused");
}

function verdictOf(seen: Look): "dead" | "down" | "unreachable" {
  if (seen.verdict === "refused") return "down";
  return hasAnswered(seen) ? "unreachable" : "dead";
}

function lookText({ verdict, peer }: Look): string {
  if (verdict !== "silent" || peer === undefined || peer.verdict === "unknown") return probeText(verdict);
  if (peer.verdict === "silent") return `${probeText(verdict)}, from ${peer.name} neither`;
  return `${probeText(verdict)}, but from ${peer.name} they are ${peer.verdict}`;
}

function probeText(seen: Look["verdict"]): string {
  switch (seen) {
    case "refused":
      return "TCP connects are refused";
    case "answered":
      return "TCP connects are answered";
    case "silent":
      return "nothing answers TCP connects";
    case "gone":
      return "the machine is off";
    case "unknown":
      return "no look from outside could be taken";
  }
}

function unchanged(state: LinkState): LinkStep {
  return { state, effects: [] };
}
