import { constants, type Http2Stream } from "node:http2";

/** Passes on what comes from either stream to the other, as fast as that one takes it, until one of them ends. */
export function joinStreams(left: Http2Stream, right: Http2Stream): void {
  passOn(left, right);
  passOn(right, left);
}

function passOn(from: Http2Stream, to: Http2Stream): void {
  from.pipe(to);
  from.on("error", () => undefined);
  // Said as what it is: an end in good order reaches the other end only once it has read everything.
  from.once("close", () => to.closed || to.close(constants.NGHTTP2_CANCEL));
}
