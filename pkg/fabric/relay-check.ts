import type { AgentSession } from "./agent-session.ts";

/** A beat that comes seldom may be so late before the agent is asked. */
const lateMs = 300;
const answerMs = 1200;

/**
 * Asks an agent whose beat through its parent is late whether it is there: a parent that drops is found out long before
 * as many beats have failed as count for a machine that is reached by itself, and none need come more often for it.
 */
export class RelayCheck {
  #asked: { readonly session: AgentSession; readonly at: number } | undefined;

  /** True where it does not answer either. Times are attentive ones; `onAnswer` is called when it does. */
  isSilent(
    session: AgentSession,
    { now, silentMs, beatMs }: { readonly now: number; readonly silentMs: number; readonly beatMs: number },
    onAnswer: () => void,
  ): boolean {
    if (silentMs <= beatMs + lateMs) {
      this.#asked = undefined;
      return false;
    }
    if (this.#asked?.session === session) return now - this.#asked.at > answerMs;
    this.#asked = { session, at: now };
    session.ping(onAnswer);
    return false;
  }
}
