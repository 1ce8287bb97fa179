#include "agent/process/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "agent/process/proc_info.h"

namespace depops::agent::process {
namespace {

bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);  // as services do: TIME_WAIT is no obstacle
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

}  // namespace

Result<void> check_port_range(PortRange range) {
  const std::string text = std::to_string(range.first) + "-" + std::to_string(range.last);
  if (range.first < 1024 || range.last < range.first) {
    return Error{Errc::invalid, "port range " + text + ": give FIRST-LAST, both from 1024 to 65535"};
  }
  const auto [first, last] = outgoing_range();
  if (range.first <= last && range.last >= first) {
    return Error{Errc::invalid, "port range " + text + " overlaps the ports of outgoing connections (" +
                                    std::to_string(first) + "-" + std::to_string(last) +
                                    ", net.ipv4.ip_local_port_range); choose one outside"};
  }
  return {};
}

std::vector<std::uint16_t> free_ports(PortRange range, std::uint16_t last_given, std::size_t count) {
  std::vector<std::uint16_t> found;
  const auto busy = listening_ports();
  const unsigned size = static_cast<unsigned>(range.last - range.first) + 1;
  const bool inside = last_given >= range.first && last_given <= range.last;
  const unsigned offset = inside ? static_cast<unsigned>(last_given - range.first) + 1 : 0;
  for (unsigned i = 0; i < size && found.size() < count; ++i) {
    const auto port = static_cast<std::uint16_t>(range.first + (offset + i) % size);
    if (!busy.contains(port) && can_bind(port)) found.push_back(port);
  }
  return found;
}

}  // namespace depops::agent::process
