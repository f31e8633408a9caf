import { type Document, isScalar, type Node, parseDocument, type Scalar, visit } from "yaml";

/** A value that may stand for ${NAME}. */
export interface Value {
  readonly text: string;
  /** Out of a Secret: where it stands is told in no message. */
  readonly isSecret: boolean;
}

export type Values = ReadonlyMap<string, Value>;

/** Something that cannot be replaced. */
interface SubstitutionFault {
  /** Where in the text of the file. */
  readonly offset: number;
  readonly message: string;
}

export interface Substitution {
  readonly faults: readonly SubstitutionFault[];
  /** Values of Secrets stand in it now. */
  readonly isHidden: boolean;
}

/** $${NAME} is ${NAME} as it stands; what else a shell makes of ${…} is left to the shell. */
const reference = /\$(\$\{[A-Za-z_][A-Za-z0-9_]*(?::=[^}]*)?\})|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::=([^}]*))?\}/g;

/** No object is larger, so what grows beyond it is a mistake or a joke. */
const maxBytes = 3 << 20;

/**
 * Replaces ${NAME} and ${NAME:=default} in all values below a node, in place; keys stay. A value that is nothing but a
 * word without quotes is read again as YAML reads such words, so that `replicas: ${N}` is a number; no value can become
 * more than a value.
 */
export function substitute(node: Node, values: Values): Substitution {
  const faults: SubstitutionFault[] = [];
  let isHidden = false;
  let room = maxBytes;
  visit(node, {
    Scalar(key, scalar) {
      if (key === "key" || typeof scalar.value !== "string" || !scalar.value.includes("${")) return undefined;
      const offset = scalar.range?.[0] ?? 0;
      const text = scalar.value.replace(reference, (_all, escaped?: string, name = "", otherwise?: string) => {
        if (escaped !== undefined) return escaped;
        const value = values.get(name);
        if (value === undefined && otherwise === undefined)
          faults.push({ offset, message: `\${${name}} has no value, and no default` });
        isHidden ||= value?.isSecret === true;
        const replaced = value?.text ?? otherwise ?? "";
        room -= replaced.length;
        return room < 0 ? "" : replaced;
      });
      if (room < 0) {
        faults.push({ offset, message: "with its values the object is larger than 3 MiB" });
        return visit.BREAK;
      }
      if (text !== scalar.value) scalar.value = scalar.type === "PLAIN" ? wordOf(text) : text;
      return undefined;
    },
  });
  return { faults, isHidden };
}

/** What YAML reads of a word: a number, true, nothing; a text that is more than a word is a text. */
function wordOf(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  const isWord = errors.length === 0 && isScalar(contents) && contents.type === "PLAIN";
  return isWord && (contents as Scalar & { source?: string }).source === text ? contents.value : text;
}

/** The document's own value of a node, aliases resolved. */
export function jsonOf(document: Document, node: Node): unknown {
  return node.toJS(document, { maxAliasCount: 100 });
}
