import { useSyncExternalStore } from "react";
import { Shape } from "./state.tsx";
import type { Tone } from "./tone.ts";

interface Notice {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

const lifeMs = 6000;
let notices: readonly Notice[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
function set(next: readonly Notice[]): void {
  notices = next;
  for (const wake of listeners) wake();
}

/** Tells something in passing, in the corner. */
export function notify(text: string, tone: Tone = "good"): void {
  const id = ++lastId;
  set([...notices, { id, tone, text }]);
  setTimeout(() => set(notices.filter((notice) => notice.id !== id)), lifeMs);
}

/** Stands once in the shell. */
export function Notices() {
  const shown = useSyncExternalStore(
    (wake) => {
      listeners.add(wake);
      return () => listeners.delete(wake);
    },
    () => notices,
  );
  return (
    <div className="notices" role="status">
      {shown.map(({ id, tone, text }) => (
        <p key={id} className="notice">
          <Shape tone={tone} /> {text}
        </p>
      ))}
    </div>
  );
}
