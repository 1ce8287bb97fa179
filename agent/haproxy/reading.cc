#include "agent/haproxy/reading.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

namespace depops::agent::haproxy {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream text(line);
  for (std::string part; std::getline(text, part, separator);) parts.push_back(part);
  return parts;
}

Row row_of(const std::vector<std::string>& names, const std::string& line, char separator) {
  const std::vector<std::string> values = split(line, separator);
  Row row;
  for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) row[names[i]] = values[i];
  return row;
}

std::uint64_t number(const Row& row, const char* name) {
  const auto found = row.find(name);
  return found == row.end() ? 0 : std::strtoull(found->second.c_str(), nullptr, 10);
}

void take_state(Running& running, const Row& row) {
  constexpr std::uint64_t kMaintenance = 0x01 | 0x02 | 0x20;  // forced, inherited, by name resolution
  constexpr std::uint64_t kDrain = 0x08 | 0x10;
  constexpr std::uint64_t kRunning = 2;
  ServerState& server = running.backends[row.at("be_name")][row.at("srv_name")];
  server.weight = static_cast<std::uint32_t>(number(row, "srv_uweight"));
  server.running = number(row, "srv_op_state") == kRunning;
  server.maintenance = (number(row, "srv_admin_state") & kMaintenance) != 0;
  server.drain = (number(row, "srv_admin_state") & kDrain) != 0;
}

void take_counters(Running& running, const Row& row) {
  ServerState& server = running.backends[row.at("pxname")][row.at("svname")];
  const auto check = row.find("check_status");
  server.checked = check != row.end() && check->second.size() >= 4 && check->second.substr(2, 2) == "OK";
  server.in_flight = static_cast<std::uint32_t>(number(row, "scur") + number(row, "qcur"));
  server.attempts = number(row, "stot");
  for (const char* name : {"hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"}) {
    server.answers += number(row, name);
  }
  server.errors_5xx = number(row, "hrsp_5xx");
  server.retried = std::max({number(row, "wretr"), number(row, "wredis"), number(row, "econ")});
  server.cut = number(row, "srv_abrt");
}

}  // namespace

const char* const kReadCommands = "show info;show servers state;show stat -1 4 -1";

Result<Running> parse_running(const std::string& answer) {
  Running running;
  std::vector<std::string> names;
  char separator = 0;
  std::istringstream text(answer);
  for (std::string line; std::getline(text, line);) {
    if (line.empty()) {
      separator = 0;
    } else if (line.rfind("Pid: ", 0) == 0) {
      running.pid = std::atoi(line.c_str() + 5);
    } else if (line.rfind("description: ", 0) == 0) {
      running.description = line.substr(13);
    } else if (line.rfind("# ", 0) == 0) {
      separator = line.find(',') == std::string::npos ? ' ' : ',';
      names = split(line.substr(2), separator);
    } else if (separator != 0) {
      const Row row = row_of(names, line, separator);
      if (separator == ' ' && row.contains("srv_name")) take_state(running, row);
      if (separator == ',' && row.contains("svname")) take_counters(running, row);
    }
  }
  if (running.pid == 0) return Error{Errc::unavailable, "HAProxy gave no process id: " + answer.substr(0, 200)};
  return running;
}

std::optional<std::vector<MapRow>> parse_map(const std::string& answer) {
  std::vector<MapRow> rows;
  std::istringstream text(answer);
  for (std::string line; std::getline(text, line);) {
    if (line.empty()) continue;
    if (line.rfind("0x", 0) != 0) return std::nullopt;
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() >= 3) rows.push_back({words[1], words[2]});
  }
  return rows;
}

std::uint64_t lost_attempts(const ServerState& server) {
  const std::uint64_t known = server.answers + server.in_flight;
  const std::uint64_t missing = server.attempts > known ? server.attempts - known : 0;
  return std::max({missing, server.retried, server.cut});
}

}  // namespace depops::agent::haproxy
