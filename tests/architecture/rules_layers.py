"""Direction: who includes whom, and which libraries are seen where."""
import layers
from tree import Finding, cpp, folders_of, includes

SIDES = ("shared", "agent", "hub", "deploy", "proto")
SYSTEM = ("sys/", "netinet/", "arpa/", "linux/")
POSIX = {"unistd.h", "fcntl.h", "poll.h", "signal.h", "dirent.h", "netdb.h", "pwd.h", "grp.h", "spawn.h", "termios.h",
         "time.h", "errno.h", "string.h", "stdlib.h", "stdio.h", "limits.h", "sched.h", "pthread.h", "malloc.h", "glob.h",
         "syslog.h", "getopt.h", "ifaddrs.h", "fnmatch.h", "pty.h", "link.h"}


def project_include(path):
    return path.split("/")[0] in SIDES + ("tests",)


def check_folder_listed(files):
    for folder in sorted(folders_of(dict(cpp(files)))):
        if folder.split("/")[0] in SIDES and layers.owner(folder + "/x") is None:
            yield Finding(folder, "every folder with C++ stands in the table of layers",
                          "add a line for it to FOLDERS in tests/architecture/layers.py: its kind says what it may include")


def check_direction(files):
    for path, text in cpp(files):
        folder = layers.owner(path)
        if folder is None:
            continue
        may = layers.allowed(folder) | {folder}
        for line, target, _ in includes(text):
            other = layers.owner(target)
            if target.split("/")[0] == "tests":
                yield Finding(f"{path}:{line}", "the product never includes its tests", "move what is needed out of tests/")
            elif other is not None and target in files and other not in may:
                yield Finding(f"{path}:{line}", f"{folder} may not include {other}",
                              "turn the dependency round (a port, an argument, a value); the table is tests/architecture/layers.py")


def check_sides(files):
    for path, text in cpp(files):
        side = path.split("/")[0]
        other = {"agent": "hub/", "hub": "agent/"}.get(side)
        forbidden = ("agent/", "hub/") if side == "shared" else (other,) if other else ()
        for line, target, _ in includes(text):
            if target.startswith(forbidden) if forbidden else False:
                yield Finding(f"{path}:{line}", f"{side}/ never includes {target.split('/')[0]}/",
                              "what both need belongs into shared/")


def is_standard(header):
    return "/" not in header and "." not in header


def is_library(header):
    return not (is_standard(header) or header in POSIX or header.startswith(SYSTEM) or project_include(header))


def check_libraries(files):
    for path, text in cpp(files):
        folder = layers.owner(path)
        if folder is None:
            continue
        for line, header, quoted in includes(text):
            if quoted and not header.endswith(".pb.h"):
                continue
            if not is_library(header) and not header.endswith(".pb.h"):
                continue
            if path.endswith(".h"):
                yield Finding(f"{path}:{line}", "headers show no library: " + header,
                              "include it in the .cc and hide it behind a type of ours")
            elif not header.startswith(layers.FOLDERS[folder].libraries or ("\0",)):
                yield Finding(f"{path}:{line}", f"{folder} may not use the library header {header}",
                              "use the folder that wraps it, or list it for this folder in tests/architecture/layers.py")


def check_pure_system(files):
    for path, text in cpp(files):
        folder = layers.owner(path)
        if folder is None or layers.FOLDERS[folder].kind not in layers.PURE_KINDS:
            continue
        for line, header, quoted in includes(text):
            if not quoted and (header in POSIX or header.startswith(SYSTEM)):
                yield Finding(f"{path}:{line}", f"{folder} is pure and includes the system header {header}",
                              "move the call into an adapter behind a port")


def check_pure_mark(files):
    for path, text in files.items():
        folder = path.rsplit("/", 1)[0]
        if not path.endswith("/CMakeLists.txt") or folder not in layers.FOLDERS:
            continue
        kind = layers.FOLDERS[folder].kind
        marked = text.split("\n")[0] == "# pure"
        if marked != (kind in layers.PURE_KINDS) and kind != "assets":
            yield Finding(path, f"the mark '# pure' and the kind '{kind}' in the table of layers disagree",
                          "only folders of the kinds " + ", ".join(layers.PURE_KINDS) + " are pure; correct the one that is wrong")


RULES = {
    "folder_listed": (check_folder_listed, {"shared/novel/x.h": "#pragma once\n"}, "shared/novel"),
    "direction": (check_direction, {"shared/base/x.h": '#include "shared/rollout/plan.h"\n', "shared/rollout/plan.h": ""},
                  "shared/base/x.h:1"),
    "adapters_apart": (check_direction, {"agent/haproxy/x.cc": '#include "agent/process/y.h"\n', "agent/process/y.h": ""},
                       "agent/haproxy/x.cc:1"),
    "sides": (check_sides, {"agent/app/x.cc": '\n#include "hub/fleet/y.h"\n'}, "agent/app/x.cc:2"),
    "libraries": (check_libraries, {"hub/release/x.cc": "#include <Poco/URI.h>\n"}, "hub/release/x.cc:1"),
    "library_headers": (check_libraries, {"hub/api_http/x.h": "#include <Poco/URI.h>\n"}, "hub/api_http/x.h:1"),
    "pure_system": (check_pure_system, {"shared/rollout/x.cc": "#include <unistd.h>\n"}, "shared/rollout/x.cc:1"),
    "pure_mark": (check_pure_mark, {"shared/sqlite/CMakeLists.txt": "# pure\n"}, "shared/sqlite/CMakeLists.txt"),
}
