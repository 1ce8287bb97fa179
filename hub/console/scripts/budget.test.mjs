import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { firstLoad, otherHosts } from "./budget.mjs";

let dist;
const put = (name, text) => {
  writeFileSync(join(dist, name), text);
  writeFileSync(join(dist, `${name}.gz`), gzipSync(text));
};

beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), "depops-budget-"));
  mkdirSync(join(dist, "assets"));
  put("index.html", '<script src="/theme.js"></script><script src="/assets/a.js"></script><link href="/assets/a.css">');
  for (const name of ["theme.js", "assets/a.js", "assets/a.css", "assets/lazy.js"]) put(name, `/* ${name} */`);
});
afterEach(() => rmSync(dist, { recursive: true }));

describe("budget", () => {
  it("counts what index.html names, and nothing that is loaded later", () => {
    const size = (text) => gzipSync(text).length;
    expect(firstLoad(dist)).toMatchObject({
      js: size("/* theme.js */") + size("/* assets/a.js */"),
      css: size("/* assets/a.css */"),
    });
  });

  it("finds another host in any file, also in one that is loaded later", () => {
    expect(otherHosts(dist)).toEqual([]);
    put("assets/lazy.js", 'fetch("https://cdn.example.org/x.js"); const ns = "http://www.w3.org/2000/svg";');
    expect(otherHosts(dist)).toEqual(["assets/lazy.js: https://cdn.example.org/x.js"]);
  });
});
