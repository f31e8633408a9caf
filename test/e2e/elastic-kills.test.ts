import { test } from "vitest";
import { leakNothing } from "../support/elastic-kills.ts";

test(
  "B-ELASTIC-4: a server that is killed thirty times while its pool grows and shrinks leaks no machine",
  () => leakNothing({ points: 30, seed: 2 }),
  300_000,
);
