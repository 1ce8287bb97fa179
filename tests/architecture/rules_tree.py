"""The tree itself: READMEs, lock files, paths of one machine, work left open."""
import json
import re

from tree import Finding, folders_of

MODULE_FILES = (".cc", ".h", ".proto", "CMakeLists.txt", "package.json", ".sql")
MIRRORS = ("tests/unit/", "hub/console/")  # folders below these belong to the README of the mirror or package
HOST = re.compile(r"https?://[^\"'\s]+")
ABSOLUTE = re.compile(r"(?<![\w.$}/])/(?:work|home/\w+|root|Users/\w+)/[\w./-]+")
OPEN_WORK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def needs_readme(folder, names):
    if folder == "" or folder.startswith((".", *MIRRORS)) or folder.endswith(("/migrations", "/golden")):
        return False
    return "/" not in folder or any(name.endswith(MODULE_FILES) for name in names)


def check_readmes(files):
    everything = {parent for folder in folders_of(files) for parent in parents(folder)}
    for folder in sorted(everything):
        names = [path.rsplit("/", 1)[-1] for path in files if path.rsplit("/", 1)[0] == folder]
        if needs_readme(folder, names) and "README.md" not in names:
            yield Finding(folder, "every folder has a README.md", "say what it decides, its words, what it may use, its decisions")


def parents(folder):
    parts = folder.split("/")
    return {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}


def check_locks(files):
    for path, text in files.items():
        if not path.endswith(("package-lock.json", "npm-shrinkwrap.json")):
            continue
        for key, entry in json.loads(text).get("packages", {}).items():
            if HOST.match(entry.get("resolved", "")):
                yield Finding(f"{path}: {key}", "a lock file names no registry host", "npm install --omit-lockfile-registry-resolved")


def check_paths(files):
    for path, text in files.items():
        if path.endswith("package-lock.json") or path.startswith("tests/architecture/"):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if ABSOLUTE.search(line):
                yield Finding(f"{path}:{number}", "no path of one machine: " + ABSOLUTE.search(line).group(0),
                              "make it relative to the file, or an argument")


def check_open_work(files):
    for path, text in files.items():
        if path.endswith("package-lock.json") or path.startswith("tests/architecture/"):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if OPEN_WORK.search(line):
                yield Finding(f"{path}:{number}", "no work is left open in the code", "do it, or file an issue and take the note out")


def check_pragma(files):
    for path, text in files.items():
        if path.endswith(".h") and "#pragma once" not in text:
            yield Finding(path, "every header begins with #pragma once", "add it as the first line")


def check_pipeline(files):
    pipeline, page = files.get("deploy/demo/pipeline.yaml"), files.get("README.md", "")
    if pipeline is not None and "```yaml\n" + pipeline + "```\n" not in page:
        yield Finding("README.md", "the pipeline to copy is deploy/demo/pipeline.yaml, word for word", "paste the file into the page again")


LOCK = json.dumps({"packages": {"node_modules/a": {"resolved": "https://registry.example/a.tgz"}}})
README_RULES = {"everywhere": (check_readmes, {"hub/fleet/x.cc": "", "hub/README.md": ""}, "hub/fleet")}
RULES = {
    "lock_hosts": (check_locks, {"hub/console/package-lock.json": LOCK}, "hub/console/package-lock.json: node_modules/a"),
    "machine_paths": (check_paths, {"deploy/x.sh": "\ncd /home/ann/depops\n"}, "deploy/x.sh:2"),
    "open_work": (check_open_work, {"hub/app/x.cc": "// TODO: later\n"}, "hub/app/x.cc:1"),
    "pipeline_to_copy": (check_pipeline, {"README.md": "x", "deploy/demo/pipeline.yaml": "kind: Pipeline\n"}, "README.md"),
    "pragma_once": (check_pragma, {"hub/app/x.h": "int x();\n"}, "hub/app/x.h"),
}
