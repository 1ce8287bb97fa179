"""The tree under test as a dictionary path -> text, and what rules need to read C++."""
import os
import re
from collections import namedtuple

# A finding: where, which rule, and what to do about it.
Finding = namedtuple("Finding", "place rule remedy")

SKIPPED_FOLDERS = {".git", "build", "node_modules", "dist", "__pycache__", ".cache"}
TEXT_ENDINGS = (".cc", ".h", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".sh", ".py", ".md", ".txt", ".json", ".yaml",
                ".yml", ".sql", ".proto", ".in", ".cmake", "Dockerfile", "run", ".clang-tidy", ".clang-format")


def load(root):
    files = {}
    for folder, names, entries in os.walk(root):
        names[:] = sorted(name for name in names if name not in SKIPPED_FOLDERS)
        for entry in sorted(entries):
            path = os.path.relpath(os.path.join(folder, entry), root)
            if entry.endswith(TEXT_ENDINGS):
                with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
                    files[path] = file.read()
    return files


def is_cpp(path):
    return path.endswith((".cc", ".h"))


def cpp(files):
    return ((path, text) for path, text in files.items() if is_cpp(path))


def folders_of(files):
    return {os.path.dirname(path) for path in files}


_TOKEN = re.compile(r'''R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'''
                    r'''|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?\*/''', re.S)


def bare(text):
    """C++ without comments and with empty literals; every line stays on its line."""
    def blank(match):
        token = match.group(0)
        lines = "\n" * token.count("\n")
        return lines if token.startswith("/") else '""' + lines
    return _TOKEN.sub(blank, text)


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)


def includes(text):
    """(line, path, is_quoted) of every include."""
    for match in _INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(0)) + 1, match.group(1) or match.group(2), match.group(1) is not None


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
