import type { PageAnswer } from "../pages/index.ts";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/**
 * Leads on to another address of ours. A page, and no redirect: to a browser what it loads next is asked for by us, and
 * not by whoever had the link, so that it sends our cookie along. `cookie`: the one to set.
 */
export function leadOn(target: string, cookie?: string): PageAnswer {
  const address = target.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return {
    code: 200,
    headers: { ...headers, ...(cookie !== undefined && { "set-cookie": cookie }) },
    body: `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${address}"><title>Plush</title>`,
  };
}

/** To a browser that was not let in. */
export function strangerPage(): PageAnswer {
  return {
    code: 401,
    headers,
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Plush</title>
<h1>This link was used, or is too old</h1>
<p>Press Enter in the terminal in which <code>plush ui</code> runs: it prints another one.
</html>
`,
  };
}
