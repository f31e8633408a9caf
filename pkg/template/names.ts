/** What a name stands for. */
export type Shape =
  | { readonly kind: "scalar" }
  | { readonly kind: "list"; readonly of: Shape }
  /** Exactly these names. */
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Shape>> }
  /** Names that are not known beforehand; `known`: where they are. */
  | { readonly kind: "map"; readonly of: Shape; readonly what: string; readonly known?: readonly string[] };

/** What is known of the names when a template is checked; what is absent may be anything. */
export interface KnownNames {
  readonly components?: readonly string[];
  readonly variables?: readonly string[];
}

const scalar: Shape = { kind: "scalar" };

const member: Shape = {
  kind: "record",
  fields: {
    ordinal: scalar,
    address: scalar,
    ports: { kind: "map", of: scalar, what: "port" },
    resource: scalar,
    site: scalar,
    epoch: scalar,
    ready: scalar,
  },
};

/** All that a template may name, and nothing else. */
export function templateShape({ components, variables }: KnownNames): Shape {
  const members: Shape = { kind: "list", of: member };
  return {
    kind: "record",
    fields: {
      ordinal: scalar,
      address: scalar,
      env: { kind: "map", of: scalar, what: "variable", ...(variables !== undefined && { known: variables }) },
      members,
      components: {
        kind: "map",
        of: members,
        what: "component",
        ...(components !== undefined && { known: components }),
      },
    },
  };
}
