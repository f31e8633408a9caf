/** A text and the ways back and forth. */
export interface TextHistory {
  readonly text: string;
  readonly past: readonly string[];
  readonly future: readonly string[];
  /** The kind of the last change, and when it was: what goes on with the same soon is one step. */
  readonly tag: string;
  readonly atMs: number;
}

const maxSteps = 200;
/** A pause that ends a step. */
const pauseMs = 1000;

export function startHistory(text: string): TextHistory {
  return { text, past: [], future: [], tag: "", atMs: 0 };
}

/** Changes with the same tag and no pause between them are undone together; "" is always a step of its own. */
export function changeText(history: TextHistory, text: string, tag: string, atMs: number): TextHistory {
  if (text === history.text) return history;
  const goesOn = tag !== "" && tag === history.tag && atMs - history.atMs < pauseMs && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.text].slice(-maxSteps);
  return { text, past, future: [], tag, atMs };
}

export function undo(history: TextHistory): TextHistory {
  const { text, past, future } = history;
  const before = past.at(-1);
  if (before === undefined) return history;
  return { text: before, past: past.slice(0, -1), future: [text, ...future], tag: "", atMs: 0 };
}

export function redo(history: TextHistory): TextHistory {
  const { text, past, future } = history;
  const [next, ...rest] = future;
  if (next === undefined) return history;
  return { text: next, past: [...past, text], future: rest, tag: "", atMs: 0 };
}
