import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerPage, isPagePath, openPages, type PageFacts } from "./index.ts";

const index = '<meta name="csp-nonce" content="__NONCE__"><meta content="__SESSION__"><meta content="__CSRF__">';

function console() {
  const root = mkdtempSync(join(tmpdir(), "plush-pages-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const directory = join(root, "console");
  mkdirSync(join(directory, "assets"), { recursive: true });
  const files = {
    "index.html": index,
    "assets/main-ABC.js": "plain",
    "assets/main-ABC.js.br": "brotli",
    "assets/main-ABC.js.gz": "gzip",
    "assets/.hidden": "secret",
    "note.txt": "note",
    "../outside.txt": "secret",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const pages = openPages(directory);
  return (url: string, headers: Record<string, string> = {}, facts: PageFacts = { session: "token" }, method = "GET") =>
    answerPage(pages, { method, url, headers: { host: "plush.example:7443", ...headers } }, facts);
}

test("B-UI-1: addresses that are no file are the page, each answer with a nonce of its own and a strict policy", async () => {
  const ask = console();
  const answers = await Promise.all(["/ui/", "/ui/applications/default/web", "/ui/map?at=3"].map((url) => ask(url)));
  const nonces = answers.map(({ code, headers, body }) => {
    expect(code).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
    });
    const [, nonce = ""] = /content="([\w-]+)"/.exec(String(body)) ?? [];
    expect(headers["content-security-policy"]).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; ` +
        "connect-src 'self' wss://plush.example:7443; img-src 'self' data: blob:; font-src 'self'; " +
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    );
    expect(String(body)).toContain('content="token"');
    return nonce;
  });
  expect(new Set(nonces).size).toBe(3);
});

test("the page of a proxy knows what to send along, and its policy says ws", async () => {
  const { body, headers } = await console()("/ui/", {}, { session: "proxy", csrf: "c$&d" });
  expect(String(body)).toContain('<meta content="proxy"><meta content="c$&d">');
  expect(headers["content-security-policy"]).toContain("connect-src 'self' ws://plush.example:7443;");
});

test("a Host that is none does not get into the policy", async () => {
  const { headers } = await console()("/ui/", { host: "a; script-src *" });
  expect(headers["content-security-policy"]).toContain("connect-src 'self'; img-src");
});

test("files come in the smallest form that is taken, for ever, and are not sent twice", async () => {
  const ask = console();
  const url = "/ui/assets/main-ABC.js";
  const forms = ["gzip, deflate, br, zstd", "gzip;q=0.5", "br;q=0, gzip", "*", "identity", ""];
  const answers = await Promise.all(forms.map((form) => ask(url, { "accept-encoding": form })));
  expect(answers.map(({ body }) => String(body))).toEqual(["brotli", "gzip", "gzip", "brotli", "plain", "plain"]);
  const [best] = answers;
  expect(best?.headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "content-encoding": "br",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(new Set(answers.map(({ headers }) => headers["etag"])).size).toBe(3);
  const tag = best?.headers["etag"] ?? "";
  expect(await ask(url, { "accept-encoding": "br", "if-none-match": `"x", W/${tag}` })).toMatchObject({
    code: 304,
    body: "",
  });
  expect(await ask(url, { "accept-encoding": "gzip", "if-none-match": tag })).toMatchObject({ code: 200 });
  expect((await ask("/ui/note.txt")).headers["cache-control"]).toBe("no-cache");
});

test.each([
  "/ui/../outside.txt",
  "/ui/assets/../../outside.txt",
  "/ui/%2e%2e/outside.txt",
  "/ui/assets/..%2f..%2foutside.txt",
  "/ui/assets/.hidden",
  "/ui/assets\\..\\..\\outside.txt",
])("%s leads nowhere", async (url) => {
  const { body } = await console()(url);
  expect(String(body)).not.toContain("secret");
});

test("a file of another build is not there, and the page is no answer to it", async () => {
  expect(await console()("/ui/assets/main-OLD.js")).toMatchObject({ code: 404, body: "There is no such file.\n" });
  expect(await console()("/ui/", {}, { session: "token" }, "POST")).toMatchObject({ code: 405 });
  expect((await console()("/ui")).headers).toMatchObject({ location: "/ui/" });
});

test("without a console its address says so", async () => {
  expect(openPages("/nowhere")).toBeUndefined();
  const answer = await answerPage(undefined, { url: "/ui/", headers: {} }, { session: "token" });
  expect(answer).toMatchObject({ code: 404 });
  expect(answer.body).toContain("There is no console here");
});

test("what is one of the console's addresses", () => {
  const urls = ["/ui", "/ui/", "/ui?x=1", "/ui/a/b", "/uix", "/", "/api/v1/ui/"];
  expect(urls.map(isPagePath)).toEqual([true, true, true, true, false, false, false]);
});
