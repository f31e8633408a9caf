import { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { joinWrites } from "./join-writes.ts";

test("what is written in one go leaves in one piece, in order; what is written alone as it is", () => {
  const sent: string[] = [];
  const channel = joinWrites(
    new Duplex({
      write: (chunk, _encoding, done) => {
        sent.push(String(chunk));
        done();
      },
    }),
  );
  channel.write("alone");
  channel.cork();
  for (const piece of ["head", " ", "body"]) channel.write(piece);
  channel.uncork();
  expect(sent).toEqual(["alone", "head body"]);
});
