#include "agent/haproxy/replace_map.h"

#include "agent/haproxy/admin_socket.h"

namespace depops::agent::haproxy {
namespace {

constexpr std::size_t kMaxLine = 8'000;  // HAProxy reads a line into a buffer of 16 KiB

// A backslash means something to the admin socket, and nothing else that can be in a pattern does.
std::string escaped(const std::string& pattern) {
  std::string text;
  for (const char c : pattern) text += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return text;
}

std::vector<std::string> lines_for(const std::string& into, const std::vector<ForcedRow>& rows) {
  std::vector<std::string> lines;
  for (const ForcedRow& row : rows) {
    const std::string add = "add map " + into + " " + escaped(row.row.pattern) + " " + row.row.backend;
    if (!lines.empty() && lines.back().size() + add.size() < kMaxLine) {
      lines.back() += ";" + add;
    } else {
      lines.push_back(add);
    }
  }
  return lines;
}

// Silence is success.
Result<void> tell(const std::string& socket_path, const std::string& line) {
  DEPOPS_TRY(const std::string said, ask(socket_path, line));
  if (said.find_first_not_of("\n ") == std::string::npos) return {};
  return Error{Errc::invalid, "HAProxy refused \"" + line.substr(0, 100) + "\": " + said.substr(0, 200)};
}

Result<void> fill(const std::string& socket_path, const std::string& into, const std::vector<ForcedRow>& rows) {
  for (const std::string& line : lines_for(into, rows)) DEPOPS_TRY_VOID(tell(socket_path, line));
  return tell(socket_path, "commit map " + into);
}

}  // namespace

Result<void> replace_map(const std::string& socket_path, const std::string& map, const std::vector<ForcedRow>& rows) {
  const std::string made = "New version created: ";
  DEPOPS_TRY(const std::string said, ask(socket_path, "prepare map " + map));
  if (said.rfind(made, 0) != 0) {
    return Error{Errc::invalid, "HAProxy refused \"prepare map " + map + "\": " + said.substr(0, 200)};
  }
  const std::string version =
      "@" + said.substr(made.size(), said.find_first_not_of("0123456789", made.size()) - made.size());
  const std::string into = version + " " + map;
  Result<void> filled = fill(socket_path, into, rows);
  if (!filled.ok()) (void)ask(socket_path, "clear map " + into);
  return filled;
}

}  // namespace depops::agent::haproxy
