// Fails the build when the first load grows past its budget, or when a file names another host.
// First load: every script and style sheet that index.html names, as gzip.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const KIB = 1024;
const budget = { js: 150 * KIB, css: 12 * KIB, html: 8 * KIB };
// Names, not requests: the namespaces of SVG and MathML, and the page that React's short error messages point to.
const namesOnly = [/^http:\/\/www\.w3\.org\//, /^https:\/\/react\.dev\/errors\//];

export function firstLoad(dist) {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1]);
  const gzip = (name) => readFileSync(join(dist, `${name}.gz`)).length;
  const sum = (end) => named.filter((name) => name.endsWith(end)).reduce((total, name) => total + gzip(name), 0);
  return { js: sum(".js"), css: sum(".css"), html: gzip("index.html") };
}

export function otherHosts(dist) {
  const found = [];
  for (const name of readdirSync(dist, { recursive: true })) {
    if (!/\.(html|js|css|svg)$/.test(name)) continue;
    const text = readFileSync(join(dist, name), "utf8");
    for (const [url] of text.matchAll(/(?:https?:)\/\/[A-Za-z0-9][^\s"'`)\\]*/g)) {
      if (!namesOnly.some((allowed) => allowed.test(url))) found.push(`${name}: ${url}`);
    }
  }
  return found;
}

function main() {
  const dist = new URL("../dist/", import.meta.url).pathname;
  if (!existsSync(dist)) throw new Error("hub/console/dist is missing: run npm run build");
  const sizes = firstLoad(dist);
  const over = Object.keys(budget).filter((kind) => sizes[kind] > budget[kind]);
  const kib = (bytes) => `${(bytes / KIB).toFixed(1)} KiB`;
  for (const kind of Object.keys(budget)) console.log(`${kind}: ${kib(sizes[kind])} of ${kib(budget[kind])} gzip`);
  const hosts = otherHosts(dist);
  for (const line of hosts) console.error(`names another host: ${line}`);
  for (const kind of over) console.error(`${kind} is over its budget: split a part off with import()`);
  process.exitCode = hosts.length > 0 || over.length > 0 ? 1 : 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) main();
