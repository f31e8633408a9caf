#!/usr/bin/env node
"use strict";
// bin/plush: runs dist/plush.cjs from the form that V8 compiled it to when it was built. Compiling it anew takes as long
// as a request to the server does. Another version of Node does not accept that form, and compiles.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const directory = join(__dirname, "../dist");
const file = join(directory, "plush.cjs");

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

// The bundle is ASCII; latin1 makes a string of it without looking at each character.
const parameters = "exports, require, module, __importBeside";
const source = `(function (${parameters}) {${readFileSync(file, "latin1")}\n})`;
const script = new Script(source, { filename: file, cachedData: readIfThere(join(directory, "plush.cache")) });
const loaded = { exports: {} };
script.runInThisContext()(loaded.exports, require, loaded, (name) => import(`../dist/${name}`));
module.exports = script;
