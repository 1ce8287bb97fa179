#include "agent/kubernetes/access/small_file.h"

#include <array>
#include <fstream>

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kSmallFileMax = 1 << 20;

}  // namespace

Result<std::string> read_small_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{Errc::not_found, file + ": cannot be opened; is it there, and may we read it?"};
  std::string text;
  std::array<char, 4'096> part{};
  while (in.read(part.data(), part.size()) || in.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > kSmallFileMax) return Error{Errc::invalid, file + ": is larger than 1 MiB"};
  }
  if (in.bad()) return Error{Errc::invalid, file + ": cannot be read"};
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  const std::size_t to = text.find_last_not_of(" \t\r\n");
  return from == std::string::npos ? "" : text.substr(from, to - from + 1);
}

}  // namespace depops::agent::kubernetes
