#include "agent/main/pages.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

namespace depops::agent {

void release_startup_pages() {
  malloc_trim(0);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0;
    unsigned long to = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &from, &to, rights) != 3) continue;
    const bool code_of_a_file = std::strcmp(rights, "r-xp") == 0 && line.find(" /") != std::string::npos;
    if (code_of_a_file) (void)madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
  }
}

}  // namespace depops::agent
