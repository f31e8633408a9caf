/** A process was started. */
export interface Start {
  readonly application: string;
  readonly ordinal: number;
  readonly epoch: number;
  readonly host: string;
  readonly boot: string;
}

/** A fenced member was at work; seconds of the clock that all hosts share. */
export interface Hold {
  readonly ordinal: number;
  readonly epoch: number;
  readonly host: string;
  readonly at: number;
}

/** A member had arrived at a barrier, or gone on after it. */
export interface Mark {
  readonly step: "arrived" | "left";
  readonly ordinal: number;
  readonly at: number;
}

/**
 * Processes that never end by themselves start once for each holder and boot: neither a server nor an agent that dies,
 * freezes or is cut off starts anything anew.
 */
export function restartedForNothing(starts: readonly Start[]): string[] {
  const counts = new Map<string, number>();
  for (const { application, ordinal, epoch, host, boot } of starts) {
    const key = `${application}/${ordinal} epoch ${epoch} on ${host}, boot ${boot}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => (count > 1 ? [`${key}: started ${count} times`] : []));
}

/** An epoch names one holder. */
export function sharedEpochs(starts: readonly Start[]): string[] {
  const hosts = new Map<string, Set<string>>();
  for (const { application, ordinal, epoch, host } of starts) {
    const key = `${application}/${ordinal} epoch ${epoch}`;
    hosts.set(key, (hosts.get(key) ?? new Set()).add(host));
  }
  return [...hosts].flatMap(([key, names]) =>
    names.size > 1 ? [`${key}: on ${[...names].sort().join(" and ")}`] : [],
  );
}

/** Two holders of a fenced ordinal are never at work at once: each has ended before the next begins. */
export function twoHolders(holds: readonly Hold[]): string[] {
  const spans = new Map<string, { ordinal: number; epoch: number; host: string; from: number; to: number }>();
  for (const { ordinal, epoch, host, at } of holds) {
    const key = `${ordinal} ${epoch} ${host}`;
    const span = spans.get(key) ?? { ordinal, epoch, host, from: at, to: at };
    spans.set(key, { ...span, from: Math.min(span.from, at), to: Math.max(span.to, at) });
  }
  const all = [...spans.values()].sort((a, b) => a.ordinal - b.ordinal || a.from - b.from);
  return all.flatMap((span, index) => {
    const before = all[index - 1];
    if (before === undefined || before.ordinal !== span.ordinal || before.to < span.from) return [];
    return [
      `fenced/${span.ordinal}: epoch ${before.epoch} on ${before.host} until ${before.to} s, epoch ${span.epoch} on ${span.host} from ${span.from} s`,
    ];
  });
}

/** Nobody goes on before each member has arrived once. */
export function releasedEarly(marks: readonly Mark[], members: number): string[] {
  const first = (step: Mark["step"], ordinal: number): number =>
    Math.min(...marks.filter((mark) => mark.step === step && mark.ordinal === ordinal).map(({ at }) => at));
  const ordinals = Array.from({ length: members }, (_, ordinal) => ordinal);
  const release = Math.min(...ordinals.map((ordinal) => first("left", ordinal)));
  return ordinals
    .filter((ordinal) => first("arrived", ordinal) > release)
    .map((ordinal) => `meeting/${ordinal} had not arrived when the first one left at ${release} s`);
}

/** Whatever was acknowledged is there. */
export function lostWrites(acknowledged: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found);
  return acknowledged.filter((name) => !there.has(name)).map((name) => `${name} was acknowledged and is gone`);
}
