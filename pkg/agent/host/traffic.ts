/** What passed a machine's network interfaces since it was started. */
export interface Traffic {
  readonly inBytes: number;
  readonly outBytes: number;
}

/** Reads /proc/net/dev: all interfaces but loopback, and those that repeat what goes through another one. */
export function readTraffic(text: string): Traffic {
  let [inBytes, outBytes] = [0, 0];
  for (const line of text.split("\n")) {
    const [name, counts] = line.split(":").map((part) => part.trim());
    if (name === undefined || counts === undefined || /^(lo|veth|docker|br-|virbr|tun|tap|ifb)/.test(name)) continue;
    const numbers = counts.split(/\s+/).map(Number);
    inBytes += numbers[0] ?? 0;
    outBytes += numbers[8] ?? 0;
  }
  return { inBytes, outBytes };
}

/** About as load averages are made: what was a minute ago counts little. */
const windowMs = 60_000;

/** Bytes a second in and out, over about the last minute. */
export class TrafficMeter {
  #last: (Traffic & { readonly atMs: number }) | undefined;
  #rates: { readonly in: number; readonly out: number } | undefined;

  /** `atMs` is monotonic. Undefined with the first sample. */
  sample(traffic: Traffic, atMs: number): { readonly in: number; readonly out: number } | undefined {
    const last = this.#last;
    this.#last = { ...traffic, atMs };
    if (last === undefined || atMs <= last.atMs) return this.#rates;
    const elapsedMs = atMs - last.atMs;
    const gain = 1 - Math.exp(-elapsedMs / windowMs);
    // Counters begin anew where an interface does.
    const rate = (before: number, now: number): number => (Math.max(0, now - before) / elapsedMs) * 1000;
    const now = { in: rate(last.inBytes, traffic.inBytes), out: rate(last.outBytes, traffic.outBytes) };
    const before = this.#rates ?? now;
    this.#rates = { in: before.in + gain * (now.in - before.in), out: before.out + gain * (now.out - before.out) };
    return this.#rates;
  }
}
