import type { ServerResponse } from "node:http";

/** Below which the console is. */
export const pageRoot = "/ui/";

export interface PageAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Whether an address, with its query, is one of the console's. */
export function isPagePath(url: string): boolean {
  return url.startsWith(pageRoot) || url === "/ui" || url.startsWith("/ui?");
}

/** Answers; to HEAD with the head alone. */
export function sendPage(response: ServerResponse, method: string | undefined, answer: PageAnswer): void {
  const { code, headers, body } = answer;
  response.writeHead(code, code === 304 ? headers : { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.end(method === "HEAD" || code === 304 ? undefined : body);
}
