/** Replaces references as Kubernetes does: $(NAME) by its value, $$(NAME) by $(NAME); unknown ones stay as they are. */
export interface Expansion {
  readonly text: string;
  /** Names of variables from Secrets that were referred to; they are not expanded. */
  readonly secrets: readonly string[];
}

export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  readonly secrets: ReadonlySet<string>;
}

export function expand(text: string, variables: Variables): Expansion {
  const secrets: string[] = [];
  const replaced = text.replace(/\$\$|\$\(([^()]+)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return "$";
    if (variables.secrets.has(name)) secrets.push(name);
    return variables.secrets.has(name) ? whole : (variables.values.get(name) ?? whole);
  });
  return { text: replaced, secrets };
}
