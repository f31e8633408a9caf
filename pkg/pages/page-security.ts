/** What a browser is told of any file of ours: to take it for what it is, and to tell nobody where it came from. */
export const fileHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Of the page besides: it shares its window with no other page, and asks for no device. */
export const pageHeaders = {
  ...fileHeaders,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "x-frame-options": "DENY",
} as const;

/** A Host header that may stand in a policy: nothing in it ends a source, or a directive. */
const plainHost = /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9A-Fa-f:.]+\](:\d+)?$/;

/**
 * Scripts, styles and connections of this origin alone. `host` is what the browser calls us: not all browsers count
 * WebSockets of the page's own origin as 'self'.
 */
export function contentSecurityPolicy(nonce: string, host: string | undefined, scheme: "ws" | "wss"): string {
  const sockets = host !== undefined && plainHost.test(host) ? ` ${scheme}://${host}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `connect-src 'self'${sockets}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}
