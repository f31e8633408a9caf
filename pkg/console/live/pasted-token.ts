/** What a person pasted to sign in. */
export type Pasted =
  | { readonly token: string }
  /** Why there is no token in it. */
  | { readonly problem: "empty" | "text" | "certificate" | "program" | "file" | "nobody" };

/** Finds the token: alone, or in a kubeconfig, of the user of its current context. `parse` reads YAML. */
export async function readPasted(text: string, parse: (yaml: string) => Promise<unknown>): Promise<Pasted> {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: "empty" };
  if (/^\S+$/.test(trimmed) && !trimmed.startsWith("{")) return { token: trimmed.replace(/^["']|["']$/g, "") };
  const bearer = /^(?:Authorization:\s*)?Bearer\s+(\S+)$/i.exec(trimmed)?.[1];
  if (bearer !== undefined) return { token: bearer };
  const config = await parse(trimmed).catch(() => undefined);
  if (!isRecord(config) || !Array.isArray(config["users"])) return { problem: "text" };
  const user = currentUser(config, config["users"].filter(isRecord));
  if (user === undefined) return { problem: "nobody" };
  const { token } = user;
  if (typeof token === "string" && token !== "") return { token };
  if ("tokenFile" in user) return { problem: "file" };
  if ("exec" in user) return { problem: "program" };
  return { problem: "client-certificate" in user || "client-certificate-data" in user ? "certificate" : "nobody" };
}

type Fields = Readonly<Record<string, unknown>>;

function currentUser(config: Fields, users: readonly Fields[]): Fields | undefined {
  const contexts = Array.isArray(config["contexts"]) ? config["contexts"].filter(isRecord) : [];
  const current = contexts.find(({ name }) => name === config["current-context"]) ?? contexts[0];
  const wanted = isRecord(current?.["context"]) ? current["context"]["user"] : undefined;
  const entry = users.find(({ name }) => name === wanted) ?? (users.length === 1 ? users[0] : undefined);
  return isRecord(entry?.["user"]) ? entry["user"] : undefined;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
