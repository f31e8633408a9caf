/** The server's commands. In the bundle this file is replaced: the server is a bundle of its own (see build.mjs). */
export const loadServer = () => import("../../pkg/server/index.ts");
