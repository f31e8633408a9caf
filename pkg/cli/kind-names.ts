import { allKinds, type KindInfo } from "../api/index.ts";
import type { Transport } from "../client/index.ts";
import { StatusError } from "../status/index.ts";
import { didYouMean } from "./nearest-word.ts";
import { UsageError } from "./usage-error.ts";

/** Finds the kinds a word names: plural, singular, short (also as a plural: "pools"), Kind, with or without ".group"; or a category such as "all". */
export function namedKinds(word: string, kinds: readonly KindInfo[] = allKinds): readonly KindInfo[] {
  const text = word.toLowerCase();
  const [name = "", ...group] = text.split(".");
  const wanted = group.join(".");
  const kind = kinds.find((candidate) => answersTo(candidate, name) && groupMatches(candidate, wanted));
  return kind === undefined ? kinds.filter(({ categories }) => categories.includes(text)) : [kind];
}

function answersTo(kind: KindInfo, name: string): boolean {
  if (kind.plural === name || kind.singular === name || kind.kind.toLowerCase() === name) return true;
  return kind.shortNames.some((short) => name === short || name === `${short}s`);
}

function groupMatches(kind: KindInfo, wanted: string): boolean {
  return wanted === "" || wanted === kind.group || wanted === `${kind.version}.${kind.group}`;
}

/** The kinds that a word names; asks the server where none of ours does. */
export async function resolveKinds(word: string, transport: () => Promise<Transport>): Promise<readonly KindInfo[]> {
  const known = namedKinds(word);
  if (known.length > 0) return known;
  const { discoverKinds } = await import("./discovery.ts");
  const discovered = await discoverKinds(await transport());
  const found = namedKinds(word, discovered);
  if (found.length > 0) return found;
  const words = discovered.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]);
  throw new StatusError("NotFound", `the server doesn't have a resource type "${word}"${didYouMean(word, words)}`);
}

/** Exactly one kind. */
export async function resolveKind(word: string, transport: () => Promise<Transport>): Promise<KindInfo> {
  const [kind, ...more] = await resolveKinds(word, transport);
  if (kind === undefined || more.length > 0) throw new UsageError(`"${word}" names more than one kind`);
  return kind;
}

/** "application.plush.dev/web", "secret/lab-key": an object's name in messages, as kubectl writes it. */
export function objectName(kind: Pick<KindInfo, "group" | "singular">, name: string): string {
  return kind.group === "" ? `${kind.singular}/${name}` : `${kind.singular}.${kind.group}/${name}`;
}
