import type { Process } from "../api/index.ts";

/** Made by a person, for one machine or a pool: it has a claim of its own, and no phase says for which epoch it runs. */
export function isBare({ spec }: Process): boolean {
  return spec.phaseName === undefined;
}
