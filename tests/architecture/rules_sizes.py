"""Budgets: lines of headers, sources, functions, READMEs and of a line itself."""
import re

from tree import Finding, bare, cpp, is_cpp, line_of

HEADER_MAX, SOURCE_MAX, FUNCTION_MAX, FUNCTION_P90_MAX, README_MAX, LINE_MAX = 160, 300, 40, 20, 40, 120
SPLIT = "split it by what it decides or by verb, never into 'part 2'"
SOURCES = (".cc", ".ts", ".tsx", ".sh", ".py", ".mjs")


def check_files(files):
    for path, text in files.items():
        lines = text.count("\n")
        if path.endswith(".h") and lines > HEADER_MAX:
            yield Finding(path, f"a header has at most {HEADER_MAX} lines, this one {lines}", SPLIT)
        elif path.endswith(SOURCES) and lines > SOURCE_MAX:
            yield Finding(path, f"a source has at most {SOURCE_MAX} lines, this one {lines}", SPLIT)
        elif path.endswith("README.md") and "/" in path and lines > README_MAX:
            yield Finding(path, f"a folder's README has at most {README_MAX} lines, this one {lines}",
                          "keep what a newcomer needs: what it decides, its words, what it may use, decisions")


def check_lines(files):
    for path, text in cpp(files):
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > LINE_MAX:
                yield Finding(f"{path}:{number}", f"a line has at most {LINE_MAX} characters, this one {len(line)}",
                              "clang-format -i wraps code; wrap comments and literals by hand")


_TYPE = re.compile(r"\b(class|struct|union|enum)\b(?![^<]*>)[^()]*$")
_INITIALISERS = re.compile(r"\)\s*(noexcept(\([^()]*\))?\s*)?:(?!:)")
_MEMBER = re.compile(r"[\w>]\s*$")
_WORD = re.compile(r"\b(const|noexcept|override|final|try)\s*$")


def kind_of(head):
    """What the brace after `head` opens: a namespace, a type, a function, a member's initial value, or something else."""
    head = head.strip()
    if re.search(r'\bnamespace\b[^()]*$', head) or head.endswith('extern ""'):
        return "namespace"
    if _INITIALISERS.search(head) and _MEMBER.search(head) and not _WORD.search(head):
        return "member"
    if "(" in head and not re.search(r"(?<![=!<>+\-*/|&^%])=\s*$", head) and not head.endswith((",", "(")):
        return "function"
    return "type" if _TYPE.search(head) else "other"


def functions(text):
    """(first line, last line) of every function, lambdas counted with the function they stand in."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: "\n" * match.group(0).count("\n"), bare(text), flags=re.M)
    stack, start = [], 0
    for match in re.finditer(r"[{};]|\b(?:public|private|protected)\s*:", text):
        token, at = match.group(0), match.start()
        inside = any(kind not in ("namespace", "type") for kind, _ in stack)
        if token == "{":
            kind = "nested" if inside else kind_of(text[start:at])
            blanks = len(text[start:at]) - len(text[start:at].lstrip())
            stack.append((kind, start + blanks))
            if kind in ("namespace", "type", "function"):
                start = at + 1
        elif token == "}" and stack:
            kind, begin = stack.pop()
            if kind == "function":
                yield line_of(text, begin), line_of(text, at)
            if kind not in ("nested", "member", "other"):
                start = at + 1
        elif not inside:
            start = match.end()


def check_functions(files):
    for path, text in cpp(files):
        for first, last in functions(text):
            if last - first + 1 > FUNCTION_MAX:
                yield Finding(f"{path}:{first}", f"a function has at most {FUNCTION_MAX} lines, this one {last - first + 1}",
                              "give its steps names: one function per step")


def check_percentile(files):
    lengths = sorted(last - first + 1 for path, text in cpp(files) if not path.startswith("tests/")
                     for first, last in functions(text))
    if lengths and lengths[len(lengths) * 9 // 10] > FUNCTION_P90_MAX:
        yield Finding("all functions", f"nine of ten functions have at most {FUNCTION_P90_MAX} lines; now "
                      f"{lengths[len(lengths) * 9 // 10]}", "split the longest ones")


def long_function(lines):
    return "namespace a {\nA::A(int x) : x_{x}, y_(1) {\n" + "  f();\n" * (lines - 2) + "}\n}\n"


RULES = {
    "headers": (check_files, {"shared/base/x.h": "\n" * 161}, "shared/base/x.h"),
    "sources": (check_files, {"hub/app/x.cc": "\n" * 301}, "hub/app/x.cc"),
    "readmes": (check_files, {"hub/README.md": "\n" * 41}, "hub/README.md"),
    "lines": (check_lines, {"hub/app/x.cc": "\n" + "x" * 121}, "hub/app/x.cc:2"),
    "functions": (check_functions, {"hub/app/x.cc": long_function(41)}, "hub/app/x.cc:2"),
    "functions_p90": (check_percentile, {"hub/app/x.cc": long_function(21)}, "all functions"),
}
