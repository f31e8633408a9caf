/** What is still to be undone, the oldest first. */
const pending = new Set<() => Promise<void>>();
let undoing: Promise<void> = Promise.resolve();

/**
 * Has something undone when the benchmark is over, however that comes: it is done, it fails, or somebody interrupts it.
 * What is returned undoes it now; it is done once.
 */
export function afterwards(undo: () => unknown): () => Promise<void> {
  const once = async (): Promise<void> => {
    if (pending.delete(once)) await undo();
  };
  pending.add(once);
  return once;
}

/**
 * Undoes all of it, the newest first, one after the other, whoever else asks for it meanwhile; what fails is told, and the rest
 * is undone nevertheless.
 */
export function undoAll(): Promise<void> {
  undoing = undoing.then(undoPending);
  return undoing;
}

async function undoPending(): Promise<void> {
  for (let last = [...pending].at(-1); last !== undefined; last = [...pending].at(-1))
    await last().catch((error: unknown) => console.error("left behind:", error));
}
