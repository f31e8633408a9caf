import { forbidden, invalidValue, type ProcessFile, type RunTemplate } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { checkTemplate, type KnownNames } from "../template/index.ts";
import { exactlyOne, insidePath, unique } from "./checks.ts";

/** Files of a process, and what it does when they or its peers change. `components`: those that there are, where known. */
export function fileRules(field: string, run: RunTemplate, components?: readonly string[]): StatusCause[] {
  const { files, onPeersChange } = run;
  const known = knownNames(run, components);
  return [
    ...unique(
      `${field}.files`,
      "path",
      files.map(({ path }) => plainPath(path)),
    ),
    ...files.flatMap((file, index) => oneFile(`${field}.files[${index}]`, file, known)),
    ...(onPeersChange === undefined ? [] : exactlyOne(`${field}.onPeersChange`, { ...onPeersChange })),
    ...(onPeersChange?.restart === false
      ? [invalidValue(`${field}.onPeersChange.restart`, false, "must be true; leave onPeersChange out for nothing")]
      : []),
    ...(onPeersChange?.restart === true && run.restartPolicy === "Never"
      ? [forbidden(`${field}.onPeersChange.restart`, "may not be set beside restartPolicy Never")]
      : []),
  ];
}

function oneFile(field: string, file: ProcessFile, known: KnownNames): StatusCause[] {
  const { path, content, configMapKeyRef, secretKeyRef, template } = file;
  const faults = content !== undefined && template ? checkTemplate(content, known) : [];
  return [
    ...insidePath(`${field}.path`, path),
    ...(plainPath(path) === "" || path.endsWith("/") ? [invalidValue(`${field}.path`, path, "must name a file")] : []),
    ...exactlyOne(field, { content, configMapKeyRef, secretKeyRef }),
    ...faults.map(({ at, message }) =>
      invalidValue(`${field}.content`, shown(content), `line ${at.line}, column ${at.column}: ${message}`),
    ),
  ];
}

/** Variables are all known unless whole objects bring some. */
function knownNames({ env, envFrom }: RunTemplate, components: readonly string[] | undefined): KnownNames {
  return {
    ...(components !== undefined && { components }),
    ...(envFrom.length === 0 && { variables: env.map(({ name }) => name) }),
  };
}

/** "./a//b" is "a/b". */
function plainPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** Enough of a text to know it by. */
function shown(text = ""): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
