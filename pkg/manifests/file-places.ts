import { dig, type Fields, fields, list, text } from "../merge/index.ts";

/** A field `file` in a manifest: the names and numbers that lead to what holds it. */
export type Place = readonly (string | number)[];

/** Where manifests of a kind name files that are uploaded: packages, and what items of work are made from. */
export function filePlaces(kind: string, object: unknown): readonly Place[] {
  return candidates(kind, object).filter((place) => fileAt(object, place) !== "");
}

/** The file that stands at a place; "" where there is none. */
export function fileAt(object: unknown, place: Place): string {
  return text(fields(at(object, place))["file"]);
}

/** The object with `file` replaced by the digest of what was uploaded, and by the file's name where its format matters. */
export function withBlob(object: Fields, place: Place, blob: string, fileName: string): Fields {
  const { file: _file, ...rest } = fields(at(object, place));
  const named = place.at(-1) === "lines" ? {} : { fileName };
  return fields(put(object, place, { ...rest, blob, ...named }));
}

function candidates(kind: string, object: unknown): readonly Place[] {
  if (kind === "Software") {
    const variants = list(dig(object, "spec", "variants"));
    return [["spec", "source"], ...variants.map((_variant, index): Place => ["spec", "variants", index, "source"])];
  }
  if (kind === "Phase") return workPlaces(["spec"]);
  if (kind !== "Application") return [];
  return list(dig(object, "spec", "phases")).flatMap((_phase, index) => workPlaces(["spec", "phases", index]));
}

function workPlaces(phase: Place): readonly Place[] {
  return [
    [...phase, "work", "lines"],
    [...phase, "work", "files"],
  ];
}

function at(value: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (current, step) => (typeof step === "number" ? list(current)[step] : fields(current)[step]),
    value,
  );
}

function put(value: unknown, [step, ...rest]: Place, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (typeof step === "number")
    return list(value).map((item, index) => (index === step ? put(item, rest, replacement) : item));
  return { ...fields(value), [step]: put(fields(value)[step], rest, replacement) };
}
