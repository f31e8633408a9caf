import { parseText, removeObject } from "./document.ts";

const prefix = "plush-draft:";

/** What was left of the last visit to a target; undefined: nothing. */
export function readDraft(target: string): string | undefined {
  return localStorage.getItem(prefix + target) ?? undefined;
}

/** Undefined forgets it. Secrets are left out, and with them what cannot be read well enough to know. */
export function keepDraft(target: string, text: string | undefined): void {
  const kept = text === undefined ? undefined : withoutSecrets(text);
  try {
    if (kept === undefined || kept.trim() === "") localStorage.removeItem(prefix + target);
    else localStorage.setItem(prefix + target, kept);
  } catch {
    // There is no room: the draft lives as long as the page.
  }
}

export function withoutSecrets(text: string): string | undefined {
  if (!/\bSecret\b/.test(text)) return text;
  let parsed = parseText(text);
  if (parsed.faults.length > 0) return undefined;
  for (let secret = secretIn(parsed); secret !== undefined; secret = secretIn(parsed))
    parsed = parseText(removeObject(parsed, secret));
  return parsed.text;
}

function secretIn({ documents }: ReturnType<typeof parseText>): number | undefined {
  // A list may hold anything.
  return documents.find(({ kind, value }) => kind === "Secret" || JSON.stringify(value).includes('"kind":"Secret"'))
    ?.index;
}
