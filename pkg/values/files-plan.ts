import type { KeyReference, ProcessFile, ProcessSpec } from "../api/index.ts";
import { secretText } from "../api/index.ts";
import type { FileOrder } from "../protocol/index.ts";
import { checkTemplate } from "../template/index.ts";
import { keyText, type ValueSource } from "./environment-plan.ts";

export interface Files {
  readonly files: readonly FileOrder[];
  /** What is named and not there, in words. */
  readonly missing: readonly string[];
  /** What is wrong with templates that come from other objects; the others were checked when they were written. */
  readonly faults: readonly string[];
}

/** The files of a process with their texts. */
export function resolveFiles({ files }: Pick<ProcessSpec, "files">, source: ValueSource): Files {
  const found = files.map((file) => oneFile(file, source));
  return {
    files: found.flatMap(({ file }) => file ?? []),
    missing: found.flatMap(({ missing }) => missing ?? []),
    faults: found.flatMap(({ fault }) => fault ?? []),
  };
}

interface Found {
  readonly file?: FileOrder;
  readonly missing?: string;
  readonly fault?: string;
}

function oneFile(file: ProcessFile, source: ValueSource): Found {
  const { content, secretKeyRef, configMapKeyRef } = file;
  if (content !== undefined) return { file: orderOf(file, content) };
  if (secretKeyRef !== undefined) {
    const secret = source.secret(secretKeyRef.name);
    const text = secret === undefined ? undefined : secretText(secret, secretKeyRef.key);
    return referred(file, text, "Secret", secretKeyRef, secret !== undefined);
  }
  if (configMapKeyRef === undefined) return {};
  const configMap = source.configMap(configMapKeyRef.name);
  return referred(file, configMap?.data?.[configMapKeyRef.key], "ConfigMap", configMapKeyRef, configMap !== undefined);
}

function referred(
  file: ProcessFile,
  text: string | undefined,
  kind: string,
  reference: KeyReference,
  isThere: boolean,
): Found {
  if (text === undefined) return reference.optional ? {} : { missing: keyText(kind, reference, isThere) };
  const [fault] = file.template ? checkTemplate(text) : [];
  if (fault === undefined) return { file: orderOf(file, text) };
  const { line, column } = fault.at;
  const place = `key ${reference.key} of ${kind} ${reference.name}, line ${line}, column ${column}`;
  return { file: orderOf(file, text), fault: `file ${file.path}: ${place}: ${fault.message}` };
}

function orderOf({ path, mode, template, onChange, signal }: ProcessFile, text: string): FileOrder {
  return { path, mode: Number.parseInt(mode, 8), text, template, onChange, signal };
}
