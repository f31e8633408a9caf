/** What a repository is asked with. */
export type GitCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "login"; readonly username: string; readonly password: string }
  /** Sent as a bearer token. */
  | { readonly kind: "token"; readonly token: string }
  | {
      readonly kind: "ssh";
      /** In any of OpenSSH's formats. */
      readonly privateKey: string;
      readonly passphrase?: string;
      /** Lines of a known_hosts file: nothing but these keys is accepted. Absent: whatever key the host shows. */
      readonly knownHosts?: string;
    };

/** A text without what nobody but the repository may see. */
export function withoutSecrets(text: string, credentials: GitCredentials): string {
  return secretsOf(credentials).reduce((kept, secret) => kept.replaceAll(secret, "***"), text);
}

function secretsOf(credentials: GitCredentials): readonly string[] {
  switch (credentials.kind) {
    case "none":
      return [];
    case "login":
      return [credentials.password, encodeURIComponent(credentials.password)].filter((secret) => secret !== "");
    case "token":
      return [credentials.token].filter((secret) => secret !== "");
    case "ssh":
      return [credentials.passphrase ?? ""].filter((secret) => secret !== "");
  }
}
