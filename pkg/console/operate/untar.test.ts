import { pack } from "tar-stream";
import { expect, it } from "vitest";
import { firstFile } from "./untar.ts";

async function archive(
  ...entries: readonly (readonly [Parameters<ReturnType<typeof pack>["entry"]>[0], string?])[]
): Promise<Blob> {
  const packing = pack();
  for (const [header, content] of entries) packing.entry(header, content);
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing) chunks.push(chunk as Buffer);
  return new Blob([new Uint8Array(Buffer.concat(chunks))]);
}

it("takes the first file out of an archive, past folders and long names", async () => {
  const long = `${"deep/".repeat(60)}file`;
  const text = "line\n".repeat(300);
  const packed = await archive(
    [{ name: "folder", type: "directory" }],
    [{ name: long, mtime: new Date(0) }, text],
    [{ name: "other" }, "no"],
  );
  expect(await (await firstFile(packed))?.text()).toBe(text);
  expect(await (await firstFile(await archive([{ name: "empty" }, ""])))?.text()).toBe("");
  expect(await firstFile(await archive([{ name: "folder", type: "directory" }]))).toBeUndefined();
  expect(await firstFile(new Blob([]))).toBeUndefined();
});
