import { AsyncLocalStorage } from "node:async_hooks";
import type { Attributes, Span } from "./span.ts";
import type { Tracer } from "./tracer.ts";

/** What is being done now, through all that is awaited; costs nothing as long as no span was ever entered. */
const active = new AsyncLocalStorage<Span>();

/** What begins meanwhile is part of it. */
export function inSpan<T>(span: Span, run: () => T): T {
  return active.run(span, run);
}

/** What begins meanwhile lives longer than what is being done now, and is no part of it. */
export function apart<T>(run: () => T): T {
  return active.getStore() === undefined ? run() : active.exit(run);
}

/** A span within what is being done now; where that is not traced, one that the tracer begins, or none. */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  run: () => Promise<T>,
  tracer?: Pick<Tracer, "start">,
): Promise<T> {
  const span = active.getStore()?.child(name, attributes) ?? tracer?.start(name, { attributes });
  if (span === undefined) return run();
  try {
    return await active.run(span, run);
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
