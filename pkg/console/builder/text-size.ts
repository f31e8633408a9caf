import { maxManifestBytes } from "../actions/apply.ts";
import { builderTexts as texts } from "../texts/builder.ts";

/** Why a text is not taken; undefined: it is. Counted before anything reads it. */
export function sizeRefusal(size: number): string | undefined {
  return size > maxManifestBytes ? texts.refusals.tooLarge(`${(size / (1 << 20)).toFixed(1)} MiB`) : undefined;
}

/** Bytes of a text; where its letters alone are too many they are not counted one by one. */
export function byteSize(text: string): number {
  return text.length > maxManifestBytes ? text.length : new TextEncoder().encode(text).byteLength;
}
