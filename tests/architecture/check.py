#!/usr/bin/env python3
"""check.py [--self-test] [FAMILY]: the architecture's rules over the tree; every finding names place, rule and remedy.

With --self-test each rule is given a small tree with one planted violation and must find exactly that place, and must find
nothing in a tree that is in order.
"""
import os
import sys

import layers
import rules_layers
import rules_sizes
import rules_tree
import rules_words
import tree

FAMILIES = {"layers": rules_layers.RULES, "sizes": rules_sizes.RULES, "words": rules_words.RULES, "tree": rules_tree.RULES,
            "readmes": rules_tree.README_RULES}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

IN_ORDER = {
    "README.md": "x\n", "shared/README.md": "x\n", "shared/base/README.md": "x\n", "tests/README.md": "x\n",
    "shared/base/CMakeLists.txt": "# pure\ndepops_module()\n",
    "shared/base/x.h": "#pragma once\n#include <string>\n// says system_clock and sleep_for in a comment\nstruct Site {};\n",
    "shared/base/x.cc": '#include "shared/base/x.h"\nnamespace a {\nauto s = "std::mutex, rand()";\n' + "}\n",
    "tests/unit/shared/base/x_test.cc": '#include "shared/base/x.h"\n',
}


def findings(rules, files):
    checks = dict.fromkeys(check for check, _, _ in rules.values())
    return [finding for check in checks for finding in check(files)]


def say(finding):
    return f"{finding.place}: {finding.rule}\n    remedy: {finding.remedy}"


def check_tree(family):
    found = findings(FAMILIES[family], tree.load(ROOT))
    for finding in found:
        print(say(finding))
    print(f"{family}: {len(found)} findings")
    return not found


def self_test(family):
    wrong = [f"in a tree that is in order: {say(finding)}" for finding in findings(FAMILIES[family], IN_ORDER)]
    for name, (check, plant, place) in FAMILIES[family].items():
        found = list(check(plant))
        if [finding.place for finding in found] != [place]:
            wrong.append(f"{name}: planted at {place}, found {[finding.place for finding in found]}")
        wrong += [f"{name}: says no rule or remedy" for finding in found if not (finding.rule and finding.remedy)]
    wrong += table_errors() if family == "layers" else []
    print("\n".join(wrong) or f"{family}: {len(FAMILIES[family])} planted violations found")
    return not wrong


def table_errors():
    """The table itself: what decides uses only what decides, sides stay apart, and nothing goes round in a circle."""
    errors = []
    for folder, entry in layers.FOLDERS.items():
        for other in entry.uses:
            if entry.kind in layers.PURE_KINDS and layers.FOLDERS[other].kind not in layers.PURE_KINDS:
                errors.append(f"{folder} decides and uses {other}, which acts")
            if layers.side(other) not in ("shared", layers.side(folder)):
                errors.append(f"{folder} uses the other side's {other}")
            if folder in reachable(other):
                errors.append(f"{folder} and {other} use each other")
    return errors


def reachable(folder):
    seen, todo = set(), [folder]
    while todo:
        for other in layers.FOLDERS[todo.pop()].uses:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def main(arguments):
    testing = "--self-test" in arguments
    families = [name for name in arguments if name != "--self-test"] or list(FAMILIES)
    unknown = [name for name in families if name not in FAMILIES]
    if unknown:
        print(f"check.py: no rules are called {unknown[0]}; there are {', '.join(FAMILIES)}", file=sys.stderr)
        return 2
    results = [self_test(name) if testing else check_tree(name) for name in families]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
