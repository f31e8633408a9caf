import type { Example } from "./example.ts";
import { hello } from "./hello.ts";
import { rounds } from "./rounds.ts";
import { ticker } from "./ticker.ts";

/** In the order in which they are offered; what they are about is told in texts/setup.ts. */
export const examples = { ticker, hello, rounds } satisfies Readonly<Record<string, Example>>;

export type ExampleName = keyof typeof examples;
