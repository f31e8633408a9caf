#!/usr/bin/env node
"use strict";
// bin/plush: runs dist/plush.cjs from the form that V8 compiled it to when it was built. Compiling it anew takes as long
// as a request to the server does. Another version of Node does not accept that form, and compiles.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script, constants } = require("node:vm");

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
const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, "latin1")}\n})`;
const script = new Script(source, {
  filename: file,
  cachedData: readIfThere(join(directory, "plush.cache")),
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const loaded = { exports: {} };
script.runInThisContext()(loaded.exports, require, loaded, file, directory);
module.exports = script;
