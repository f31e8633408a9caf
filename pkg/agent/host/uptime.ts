import { readFileSync } from "node:fs";

/** Milliseconds since the machine was started, those in which it slept included; its clock of leases. */
export function uptimeMs(): number {
  const [seconds = ""] = readFileSync("/proc/uptime", "latin1").split(" ");
  return Math.round(Number(seconds) * 1000);
}
