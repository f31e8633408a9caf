import http from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressFault } from "./address-rules.ts";
import { Egress, type EgressOptions } from "./egress.ts";

const rules = { allowLoopback: false, ownPorts: [8443], ownAddresses: ["10.1.1.1"] };

test.each([
  ["127.0.0.1", "own computer"],
  ["::1", "own computer"],
  ["::ffff:127.0.0.1", "own computer"],
  ["::ffff:7f00:1", "own computer"],
  ["169.254.169.254", "no address of a single"],
  ["::ffff:a9fe:a9fe", "no address of a single"],
  ["fe80::1%eth0", "no address of a single"],
  ["224.0.0.1", "no address of a single"],
  ["0.0.0.0", "no address of a single"],
  ["255.255.255.255", "no address of a single"],
  ["10.1.1.1", "the server itself"],
])("%s is refused", (address, why) => {
  expect(addressFault(address, 8443, rules)).toContain(why);
});

test.each(["10.1.1.2", "192.168.0.1", "2001:db8::1"])("%s may be asked", (address) => {
  expect(addressFault(address, 8443, rules)).toBeUndefined();
});

let server: http.Server;
let base: string;
let port: number;
const asked: string[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    asked.push(`${request.headers.host?.split(":")[0]} ${request.url} ${request.headers["x-token"] ?? ""}`.trim());
    const turn = { "/away": "http://169.254.169.254/", "/other": `http://other.test:${port}/data`, "/loop": "/loop" };
    const location = turn[request.url as keyof typeof turn];
    if (location !== undefined) response.writeHead(302, { location }).end();
    else if (request.url === "/data") response.end("hello");
    else if (request.url === "/echo") request.pipe(response);
    else if (request.url === "/short")
      response.writeHead(200, { "content-length": 10 }).write("abc", () => request.destroy());
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  base = `http://named.test:${port}`;
});

afterAll(() => server.close());

function get(path: string, change: Partial<EgressOptions> = {}) {
  const resolve = async (): Promise<string> => "127.0.0.1";
  const egress = new Egress({ allowLoopback: true, ownPorts: () => [], resolve, ...change });
  const url = path.startsWith("/") ? base + path : path;
  return egress.get(url, { headers: { "x-token": "secret" }, signal: AbortSignal.timeout(10_000) });
}

test("the checked address is dialled under the name's host header", async () => {
  const { stream } = await get("/data");
  expect(Buffer.concat(await stream.toArray()).toString()).toBe("hello");
  expect(asked.at(-1)).toBe("named.test /data secret");
});

test("redirects are followed, checked again, and told no other host's headers", async () => {
  const { stream } = await get("/other");
  expect(Buffer.concat(await stream.toArray()).toString()).toBe("hello");
  expect(asked.at(-1)).toBe("other.test /data");
  await expect(get("/away")).rejects.toMatchObject({ reason: "Forbidden" });
  await expect(get("/loop")).rejects.toMatchObject({
    reason: "Unreachable",
    message: expect.stringContaining("more than 5"),
  });
});

test.each<[string, string, Partial<EgressOptions>, object]>([
  ["loopback, where it is not allowed", "/data", { allowLoopback: false }, { reason: "Forbidden" }],
  ["what is not there", "/none", {}, { reason: "Unreachable", message: expect.stringContaining("404") }],
  ["other schemes", "file:///etc/passwd", {}, { reason: "Invalid" }],
  ["what is no URL", "nonsense", {}, { reason: "Invalid" }],
])("refused: %s", async (_name, path, change, expected) => {
  await expect(get(path, change)).rejects.toMatchObject(expected);
});

test("a body is posted; redirects are answers, and answers have a limit", async () => {
  const egress = new Egress({ allowLoopback: true, ownPorts: () => [], resolve: async () => "127.0.0.1" });
  const post = (path: string, body: string) =>
    egress.post(base + path, { headers: {}, body, maxBytes: 10, signal: AbortSignal.timeout(10_000) });
  expect(await post("/echo", "grüße")).toEqual({ status: 200, text: "grüße" });
  expect(await post("/other", "x")).toMatchObject({ status: 302 });
  expect(await post("/none", "x")).toMatchObject({ status: 404 });
  await expect(post("/echo", "12345678901")).rejects.toMatchObject({ reason: "RequestEntityTooLarge" });
});

test("the server itself is not asked", async () => {
  await expect(get("/data", { ownPorts: () => [port] })).rejects.toMatchObject({ reason: "Forbidden" });
});

test("too much and too little are errors of the stream", async () => {
  const large = await get("/data", { maxBytes: 3 });
  await expect(large.stream.toArray()).rejects.toMatchObject({ reason: "RequestEntityTooLarge" });
  const short = await get("/short");
  await expect(short.stream.toArray()).rejects.toMatchObject({ reason: "Unreachable" });
});
