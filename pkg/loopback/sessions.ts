import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock/index.ts";

/** A browser that was let in. */
export interface BrowserSession {
  /** What the page sends along with what changes something; other pages cannot know it. */
  readonly csrf: string;
}

/** A link is opened at once, or copied to another computer's browser. */
const codeLifetimeMs = 5 * 60_000;
/** More links than one are good at a time, but not any number. */
const maxCodes = 8;

/** Codes that let a browser in once, and the cookies that they were exchanged for. */
export class Sessions {
  readonly #clock: Clock;
  /** Until when each is good, in monotonic milliseconds; in the order in which they were made. */
  readonly #codes = new Map<string, number>();
  readonly #sessions = new Map<string, BrowserSession>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newCode(): string {
    const code = secret();
    this.#codes.set(code, this.#clock.monotonic() + codeLifetimeMs);
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > maxCodes && oldest !== undefined) this.#codes.delete(oldest);
    return code;
  }

  /** The value of a new session's cookie; undefined where a code is none, was used or is too old. */
  exchange(code: string): string | undefined {
    const goodUntil = this.#codes.get(code);
    this.#codes.delete(code);
    if (goodUntil === undefined || goodUntil < this.#clock.monotonic()) return undefined;
    const cookie = secret();
    this.#sessions.set(cookie, { csrf: secret() });
    return cookie;
  }

  find(cookie: string | undefined): BrowserSession | undefined {
    return cookie === undefined ? undefined : this.#sessions.get(cookie);
  }
}

/** 256 bits: nobody finds one by trying. */
function secret(): string {
  return randomBytes(32).toString("base64url");
}

/** Takes as long for a wrong text as for the right one. */
export function isSame(one: string | undefined, other: string): boolean {
  if (one === undefined) return false;
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
