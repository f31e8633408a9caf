import type { Session } from "../live/session.ts";
import type { Tone } from "../ui/tone.ts";

/** Something that changes the world: what it is called, the same by command, what it would do, and doing it. */
export interface Action {
  /** A verb and its object: "Cordon n1". */
  readonly title: string;
  /** What `plush` is called with to do the same; a test runs it and gets the same object. */
  readonly command: readonly string[];
  /** Whether it takes something away: then the button says so. */
  readonly isDangerous?: boolean;
  /** What will happen, asked of the server where only it can know; absent: the title says it all. */
  preview?(session: Session, signal: AbortSignal): Promise<readonly Effect[]>;
  /** Rejects with a StatusError that is shown where the action was confirmed. */
  perform(session: Session): Promise<void>;
}

/** One thing that will happen. */
export interface Effect {
  readonly tone: Tone;
  readonly text: string;
}
