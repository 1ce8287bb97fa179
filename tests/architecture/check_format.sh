#!/bin/bash
# Every C++ file is as clang-format of Debian 12 (14) writes it. Remedy for a finding: clang-format -i FILE.
cd "$(dirname "$0")/../.." || exit 2
find shared agent hub deploy tests -name node_modules -prune -o \( -name '*.cc' -o -name '*.h' \) -print0 |
  xargs -0 -r clang-format --dry-run -Werror
