// Tells whoever asks which member it is.
import { createServer } from "node:http";

const { PLUSH_ADDRESS, PLUSH_ORDINAL, PLUSH_PORT_WEB } = process.env;
createServer((_, response) => response.end(PLUSH_ORDINAL)).listen(Number(PLUSH_PORT_WEB), PLUSH_ADDRESS);
