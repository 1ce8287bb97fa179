// Counts checks and writes what tests/run.sh reads.
import { writeFileSync } from "node:fs";

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

export class Report {
  cases = [];

  passed(name) {
    this.cases.push({ name });
    console.log(`ok - ${name}`);
  }

  failed(name, error) {
    this.cases.push({ name, error });
    console.log(`not ok - ${name}\n    ${String(error.stack ?? error).split("\n").slice(0, 12).join("\n    ")}`);
  }

  close(junitPath) {
    const failed = this.cases.filter((test) => test.error).length;
    if (junitPath) writeFileSync(junitPath, this.junit());
    console.log(`${this.cases.length - failed} passed, ${failed} failed`);
    return failed === 0 && this.cases.length > 0;
  }

  junit() {
    const one = ({ name, error }) =>
      `<testcase name="${escape(name)}">${error ? `<failure message="${escape(String(error.message ?? error))}"/>` : ""}</testcase>`;
    return `<testsuites><testsuite name="console">\n${this.cases.map(one).join("\n")}\n</testsuite></testsuites>\n`;
  }
}
