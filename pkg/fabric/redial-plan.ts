import type { ConnectFailureReason } from "./fabric.ts";

export interface RedialInput {
  readonly reason: ConnectFailureReason;
  /** Failed attempts in a row, at least 1. */
  readonly attempts: number;
  /** Since the first of them. */
  readonly failingMs: number;
  /** 0 ≤ random < 1. */
  readonly random: number;
}

const firstMs = 200;
/** A machine that was lost a moment ago is likely to be back soon, and a look at a closed port costs little. */
const capEarlyMs = 2000;
const earlyMs = 5 * 60_000;
const capFirstHourMs = 5000;
const hourMs = 3_600_000;
const capMs = 60_000;
/** A person must act first; hosts may lock out who tries a bad key often. */
const personMs = 5000;

const needsPerson: ReadonlySet<ConnectFailureReason> = new Set([
  "AuthenticationFailed",
  "HostKeyChanged",
  "SudoFailed",
  "RuntimeMissing",
  "DiskFull",
  "ProtocolMismatch",
  "Superseded",
]);

/** How long to wait before a machine is tried again: for ever, at most 5 s in the first hour and 60 s after it. */
export function redialDelayMs(input: RedialInput): number {
  const cap = input.failingMs < earlyMs ? capEarlyMs : input.failingMs < hourMs ? capFirstHourMs : capMs;
  const base = needsPerson.has(input.reason)
    ? Math.max(personMs, Math.min(cap, capMs))
    : Math.min(cap, firstMs * 2 ** Math.min(input.attempts - 1, 20));
  return Math.round(base * (1 - 0.25 * input.random));
}
