/** Good: nothing to do. Warning: it will hurt some day. Bad: it hurts now. */
export type Verdict = "Good" | "Warning" | "Bad";

/** What is looked at, in the order in which it is shown. */
export const areas = ["client", "server", "disk", "certificates", "backups", "clock", "machines"] as const;
export type Area = (typeof areas)[number];

/** One thing that was looked at, and how it is. */
export interface Finding {
  readonly area: Area;
  readonly verdict: Verdict;
  /** What was seen, with its figure. */
  readonly message: string;
  /** What to do about it; never there where all is well. */
  readonly mend?: string;
}

/** What the server answers who asks how it is. */
export interface DoctorReport {
  readonly kind: "DoctorReport";
  /** Milliseconds since 1970, by the server's clock. */
  readonly now: number;
  readonly version: string;
  readonly findings: readonly Finding[];
}

/** Reads what a server answered; undefined where it is no such report. */
export function readReport(body: unknown): DoctorReport | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { kind, now, version, findings } = body as Partial<Record<keyof DoctorReport, unknown>>;
  if (kind !== "DoctorReport" || typeof now !== "number" || typeof version !== "string") return undefined;
  if (!Array.isArray(findings) || !findings.every(isFinding)) return undefined;
  return { kind, now, version, findings };
}

function isFinding(value: unknown): value is Finding {
  if (typeof value !== "object" || value === null) return false;
  const { area, verdict, message, mend } = value as Partial<Record<keyof Finding, unknown>>;
  const hasText = typeof message === "string" && (mend === undefined || typeof mend === "string");
  return hasText && areas.some((it) => it === area) && ["Good", "Warning", "Bad"].some((it) => it === verdict);
}
