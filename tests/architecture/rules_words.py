"""Banned calls and banned names, each with what to use instead."""
import re

import layers
from tree import Finding, bare, cpp, includes, line_of

ARGUMENT = "time and ids are arguments here; the Clock port is read in the loop"
LOOP = "one loop thread owns the domain; post an event instead"
PURE_BANS = {
    r"\b(system_clock|steady_clock|high_resolution_clock)\b|\b(clock_gettime|gettimeofday|localtime|gmtime)\s*\(|\bstd::time\s*\(":
        ("pure code reads no clock", ARGUMENT),
    r"\brandom_device\b|(?<![\w:.>])(rand|srand|random|drand48|arc4random)\s*\(|\bstd::s?rand\b|\bmt19937":
        ("pure code draws no random number", ARGUMENT),
    r"\bsleep_(for|until)\b|(?<![\w:.>])(sleep|usleep|nanosleep)\s*\(": ("pure code does not wait", "return when to be called again"),
    r"\bgetenv\b": ("pure code reads no environment", "settings are read in main and passed in"),
    r"\bstd::(thread|jthread|async|mutex|shared_mutex|recursive_mutex|condition_variable|atomic|future|promise)\b":
        ("pure code has no thread and no lock", LOOP),
    r"\bstd::(cout|cerr|clog|ofstream|ifstream|fstream|filesystem::(?!path\b)\w+)\b|(?<![\w:.>])(printf|fprintf|puts|fopen)\s*\(":
        ("pure code reads and writes nothing", "return the value; the edge prints and stores it"),
}
PURE_HEADERS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "random", "fstream", "iostream",
                "ctime", "semaphore", "latch", "barrier", "stop_token"}
EVERYWHERE_BANS = {
    r"(?<![\w:.>])(system|popen)\s*\(|\bstd::system\b": ("programs are started without a shell", "start the program itself with its arguments"),
    r"(?<![\w:.>])(gets|strcpy|strcat|sprintf|vsprintf|tmpnam|mktemp)\s*\(|\bstd::(strcpy|strcat|sprintf)\b":
        ("this call has no bound", "use std::string or the bounded call"),
}
SLEEP = re.compile(r"\bsleep_(for|until)\b|(?<![\w:.>])(sleep|usleep|nanosleep)\s*\(|\bsetTimeout\s*\(\s*(resolve|done|r)\b|waitForTimeout")
USING_STD = re.compile(r"\busing\s+namespace\s+std\s*;")
NAMES = ("manager", "helper", "util", "utils", "utilities", "common", "misc", "helpers", "managers")
TYPE_NAME = re.compile(r"\b(?:class|struct|enum class|enum|interface|type)\s+(?:\[\[\w+\]\]\s*)?([A-Z]\w+)")


def matches(bans, path, text):
    code = bare(text)
    for pattern, (rule, remedy) in bans.items():
        for match in re.finditer(pattern, code):
            yield Finding(f"{path}:{line_of(code, match.start())}", f"{rule}: {match.group(0).strip(' (')}", remedy)


def check_pure_calls(files):
    for path, text in cpp(files):
        folder = layers.owner(path)
        if folder is None or layers.FOLDERS[folder].kind not in layers.PURE_KINDS:
            continue
        yield from matches(PURE_BANS, path, text)
        for line, header, quoted in includes(text):
            if not quoted and header in PURE_HEADERS:
                yield Finding(f"{path}:{line}", f"pure code does not include <{header}>", ARGUMENT + "; " + LOOP)


def check_calls(files):
    for path, text in cpp(files):
        yield from matches(EVERYWHERE_BANS, path, text)


def check_using_std(files):
    for path, text in cpp(files):
        for match in USING_STD.finditer(bare(text)):
            yield Finding(f"{path}:{line_of(text, match.start())}", "nobody writes 'using namespace std'", "write std::")


def check_test_sleep(files):
    for path, text in files.items():
        if path.startswith("tests/architecture/") or not path.endswith((".cc", ".h", ".ts", ".tsx", ".mjs")):
            continue
        if not (path.startswith("tests/") or ".test." in path or "/test/" in path or "/tests/" in path):
            continue
        code = bare(text)
        for match in SLEEP.finditer(code):
            if path.startswith("tests/support/") and "sleep" in match.group(0):
                continue  # the one place that polls a condition until a deadline
            yield Finding(f"{path}:{line_of(code, match.start())}", "tests do not sleep",
                          "wait for a condition with a deadline (tests/support)")


def words(name):
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def check_names(files):
    for path, text in files.items():
        parts = path.split("/")
        bad = [word for part in parts for word in words(part) if word in NAMES]
        if bad:
            yield Finding(path, f"'{bad[0]}' names nothing", "name the file by what it decides or does")
        if not path.endswith((".cc", ".h", ".ts", ".tsx")):
            continue
        code = bare(text)
        for match in TYPE_NAME.finditer(code):
            if any(word in NAMES for word in words(match.group(1))):
                yield Finding(f"{path}:{line_of(code, match.start())}", f"'{match.group(1)}' names nothing",
                              "name the type by what it is")


RULES = {
    "pure_clock": (check_pure_calls, {"hub/fleet/x.cc": "\nauto t = std::chrono::system_clock::now();\n"}, "hub/fleet/x.cc:2"),
    "pure_random": (check_pure_calls, {"hub/fleet/x.cc": "int x = rand();\n"}, "hub/fleet/x.cc:1"),
    "pure_wait": (check_pure_calls, {"agent/sync/x.cc": "std::this_thread::sleep_for(s);\n"}, "agent/sync/x.cc:1"),
    "pure_environment": (check_pure_calls, {"agent/sync/x.cc": 'auto x = std::getenv("HOME");\n'}, "agent/sync/x.cc:1"),
    "pure_thread": (check_pure_calls, {"shared/sync/x.h": "std::mutex m_;\n"}, "shared/sync/x.h:1"),
    "pure_output": (check_pure_calls, {"shared/sync/x.cc": "std::cout << 1;\n"}, "shared/sync/x.cc:1"),
    "pure_headers": (check_pure_calls, {"shared/sync/x.h": "#include <thread>\n"}, "shared/sync/x.h:1"),
    "shell": (check_calls, {"agent/process/x.cc": 'system("ls");\n'}, "agent/process/x.cc:1"),
    "unbounded": (check_calls, {"agent/process/x.cc": "sprintf(a, b);\n"}, "agent/process/x.cc:1"),
    "using_std": (check_using_std, {"hub/app/x.h": "using namespace std;\n"}, "hub/app/x.h:1"),
    "test_sleep": (check_test_sleep, {"tests/unit/a/x_test.cc": "usleep(5);\n"}, "tests/unit/a/x_test.cc:1"),
    "file_names": (check_names, {"hub/app/string_utils.cc": ""}, "hub/app/string_utils.cc"),
    "type_names": (check_names, {"hub/app/x.h": "class SiteManager {};\n"}, "hub/app/x.h:1"),
}
