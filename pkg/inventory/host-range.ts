/** Most hosts that a pattern may stand for: more is a slip of the pen. */
const mostHosts = 100_000;

/** Names that a pattern of an inventory stands for: "web[01:50]", "db-[a:f]", "n[1:9:2]". Ranges include their end. */
export function expandRange(pattern: string): readonly string[] {
  const found = /^(.*?)\[([^\]:]+):([^\]:]+)(?::(\d+))?\](.*)$/.exec(pattern);
  if (found === null) return [pattern];
  const [, before = "", from = "", to = "", step = "1", after = ""] = found;
  const middles = isNumber(from) && isNumber(to) ? numbers(from, to, Number(step)) : letters(from, to, Number(step));
  const rest = expandRange(after);
  if (middles.length * rest.length > mostHosts) throw new Error(`${pattern} stands for more than ${mostHosts} hosts`);
  return middles.flatMap((middle) => rest.map((end) => `${before}${middle}${end}`));
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** As wide as the first is written. */
function numbers(from: string, to: string, step: number): readonly string[] {
  const count = Math.floor((Number(to) - Number(from)) / Math.max(1, step)) + 1;
  if (count > mostHosts) throw new Error(`[${from}:${to}] stands for more than ${mostHosts} hosts`);
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    String(Number(from) + index * Math.max(1, step)).padStart(from.length, "0"),
  );
}

function letters(from: string, to: string, step: number): readonly string[] {
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  const count = Math.floor((last - first) / Math.max(1, step)) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    String.fromCharCode(first + index * Math.max(1, step)),
  );
}
