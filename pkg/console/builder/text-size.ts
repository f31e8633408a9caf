import { builderTexts as texts } from "../texts/builder.ts";

/** The server takes no larger body either. */
export const maxBytes = 3 << 20;

/** Why a text is not taken; undefined: it is. Counted before anything reads it. */
export function sizeRefusal(size: number): string | undefined {
  return size > maxBytes ? texts.refusals.tooLarge(`${(size / (1 << 20)).toFixed(1)} MiB`) : undefined;
}

/** Bytes of a text; where its letters alone are too many they are not counted one by one. */
export function byteSize(text: string): number {
  return text.length > maxBytes ? text.length : new TextEncoder().encode(text).byteLength;
}
