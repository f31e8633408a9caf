import type { Store } from "../store.ts";

/**
 * Commits with one number more each, for ever: in each commit a number that is replaced, the same in a second place, and an
 * object of its own. `acknowledge` is called when a commit is durable, and says whether another one follows.
 */
export async function commitNumbers(store: Store, writer: number, acknowledge: (n: number) => boolean): Promise<void> {
  let n = Number(store.get(`/a/${writer}`)?.value["n"] ?? 0);
  do {
    n += 1;
    const value = () => ({ n });
    const revision = store.head(`/a/${writer}`)?.revision ?? 0;
    await store.commit(
      [{ key: `/a/${writer}`, revision }],
      [
        { key: `/a/${writer}`, value },
        { key: `/b/${writer}`, value },
        { key: `/new/${writer}/${n}`, value },
      ],
    );
  } while (acknowledge(n));
}

/** The highest number that each writer was told is durable, out of lines "WRITER NUMBER"; a last line may be cut. */
export function highestAcknowledged(lines: string): ReadonlyMap<string, number> {
  const acknowledged = new Map<string, number>();
  for (const line of lines.split("\n").slice(0, -1)) {
    const [writer = "", n] = line.split(" ");
    acknowledged.set(writer, Number(n));
  }
  return acknowledged;
}

/** What is wrong with what such writers left: commits that were acknowledged and are gone, or are there in part. */
export function faultsOf(store: Store, acknowledged: ReadonlyMap<string, number>): readonly string[] {
  const present = store.list("/a/").entries.map(({ key }) => key.slice("/a/".length));
  return [...new Set([...present, ...acknowledged.keys()])].flatMap((writer) => {
    const entry = store.get(`/a/${writer}`);
    const twin = store.get(`/b/${writer}`);
    const n = Number(entry?.value["n"] ?? 0);
    const told = acknowledged.get(writer) ?? 0;
    const own = store.list(`/new/${writer}/`).entries.length;
    const isWhole = twin?.revision === entry?.revision && twin?.value["n"] === entry?.value["n"] && own === n;
    return [
      ...(n < told ? [`writer ${writer}: ${told} was acknowledged, ${n} is there`] : []),
      ...(isWhole ? [] : [`writer ${writer}: of commit ${n} there is a part: ${twin?.text}, ${own} objects`]),
    ];
  });
}
