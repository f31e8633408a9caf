import type { Path } from "./edit-value.ts";

/** What is open at the end of a line. */
export interface FlowStep {
  readonly path: Path;
  readonly isKey: boolean;
  readonly word: string;
  readonly isFlow: boolean;
  /** Keys that the braces have already. */
  readonly keys: readonly string[];
}

/** Braces or brackets that are not closed yet. */
interface Open {
  readonly path: Path;
  readonly isList: boolean;
  readonly keys: readonly string[];
  readonly count: number;
}

/** Reads a line up to the cursor, without its indentation: a key, a value, or something in braces. */
export function flowStep(rest: string): FlowStep {
  const key = /^(?:"([^"]*)"|'([^']*)'|([^\s"'{[#][^:#]*?)) *:(?: +|$)/.exec(rest);
  const name = key?.[1] ?? key?.[2] ?? key?.[3];
  const path: Path = name === undefined ? [] : [name];
  let open: readonly Open[] = [];
  let part = rest.slice(key?.[0].length ?? 0);
  for (let match = /[{[\]},]/.exec(part); match !== null; match = /[{[\]},]/.exec(part)) {
    open = afterMark(open, path, match[0], part.slice(0, match.index));
    part = part.slice(match.index + 1);
  }
  const top = open.at(-1);
  const word = part.trimStart();
  if (top === undefined) return { path, isKey: name === undefined, word, isFlow: false, keys: [] };
  if (top.isList) return { path: [...top.path, top.count], isKey: false, word, isFlow: true, keys: [] };
  const half = /^\s*["']?([\w./-]+)["']?\s*: *(.*)$/.exec(part);
  const inside = half?.[1] === undefined ? top.path : [...top.path, half[1]];
  return { path: inside, isKey: half === null, word: half?.[2] ?? word, isFlow: true, keys: top.keys };
}

/** What is open after one of the marks of flow, and what was said before it. */
function afterMark(open: readonly Open[], path: Path, mark: string, before: string): readonly Open[] {
  const said = /^\s*["']?([\w./-]+)["']?\s*:/.exec(before)?.[1];
  const top = open.at(-1);
  const heard =
    top === undefined ? open : [...open.slice(0, -1), said === undefined ? top : { ...top, keys: [...top.keys, said] }];
  if (mark === "]" || mark === "}") return heard.slice(0, -1);
  if (mark === ",") return top?.isList === true ? [...open.slice(0, -1), { ...top, count: top.count + 1 }] : heard;
  return [...heard, { path: pathInside(top, path, said), isList: mark === "[", keys: [], count: 0 }];
}

function pathInside(top: Open | undefined, path: Path, said: string | undefined): Path {
  if (top === undefined) return path;
  if (top.isList) return [...top.path, top.count];
  return said === undefined ? top.path : [...top.path, said];
}
