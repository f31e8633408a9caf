import { test } from "vitest";
import { leakNothing } from "../support/elastic-kills.ts";

test(
  "B-ELASTIC-4: a server that is killed while its pool grows and shrinks leaks no machine",
  () => leakNothing({ points: 5, seed: 1 }),
  180_000,
);
