import { routes } from "../../protocol/index.ts";
import { LineSplitter } from "../../streams/index.ts";
import type { Handlers } from "./agent-server.ts";

/** Far more than a line of answers takes. */
const maxLineLength = 1 << 20;

/**
 * Early answers, a line each, as they come: the request stays open for them. `take` throws for a line that is not the
 * server's, which ends the request: documents say the same.
 */
export function answerHandlers(take: (line: string) => void): Handlers {
  return {
    [`POST ${routes.answers}`]: async ({ stream }) => {
      stream.respond({ ":status": 200 });
      const splitter = new LineSplitter(maxLineLength);
      // A link that is lost ends it as well as any other end does: that is no failure.
      await new Promise<void>((resolve, reject) => {
        stream.once("close", resolve);
        stream.once("end", () => stream.end());
        stream.on("data", (chunk: Buffer) => {
          try {
            for (const line of splitter.push(chunk)) take(line);
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}
