#include "agent/local_api/line.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

namespace depops::agent {
namespace {

constexpr std::array<Errc, 10> kCodes = {Errc::invalid,  Errc::not_found,   Errc::exists,      Errc::refused,
                                         Errc::conflict, Errc::unavailable, Errc::unsupported, Errc::exhausted,
                                         Errc::corrupt,  Errc::internal};

std::string text_of(const Poco::JSON::Object& object) {
  std::ostringstream text;
  object.stringify(text);
  return text.str();
}

Result<Poco::JSON::Object::Ptr> object_in(const std::string& line) {
  try {
    return Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
  } catch (const Poco::Exception& exception) {
    return Error{Errc::invalid, "local socket: not a JSON object: " + exception.displayText()};
  }
}

}  // namespace

Result<std::string> read_line(int socket) {
  std::string line;
  for (;;) {
    pollfd waiting{socket, POLLIN, 0};
    const int ready = poll(&waiting, 1, kSilenceMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Error{Errc::unavailable, "local socket: the other side says nothing"};
    char buffer[4'096];
    const ssize_t got = recv(socket, buffer, sizeof buffer, 0);
    if (got <= 0) return Error{Errc::unavailable, "local socket: the other side went away"};
    line.append(buffer, static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    if (line.size() > kLineMax) return Error{Errc::invalid, "local socket: a line of more than 64 KiB"};
  }
}

Result<void> write_line(int socket, const std::string& line) {
  const std::string bytes = line + "\n";
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t wrote = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Error{Errc::unavailable, std::string("local socket: ") + std::strerror(errno)};
    sent += static_cast<std::size_t>(wrote);
  }
  return {};
}

std::string encode(const LocalRequest& request) {
  Poco::JSON::Object object;
  object.set("verb", request.verb);
  object.set("service", request.service.str());
  object.set("reason", request.reason);
  object.set("full", request.full);
  if (request.replicas) object.set("replicas", *request.replicas);
  return text_of(object);
}

std::string encode(const LocalAnswer& answer) {
  Poco::JSON::Object object;
  object.set("ok", answer.ok);
  object.set("code", std::string(name_of(answer.code)));
  object.set("text", answer.text);
  return text_of(object);
}

Result<LocalRequest> decode_request(const std::string& line) {
  DEPOPS_TRY(const auto object, object_in(line));
  LocalRequest request;
  request.verb = object->optValue<std::string>("verb", "");
  request.service = ServiceName(object->optValue<std::string>("service", ""));
  request.reason = object->optValue<std::string>("reason", "");
  request.full = object->optValue<bool>("full", false);
  if (object->has("replicas")) request.replicas = object->optValue<Poco::UInt32>("replicas", 0);
  if (request.verb.empty()) return Error{Errc::invalid, "local socket: 'verb' is missing"};
  return request;
}

Result<LocalAnswer> decode_answer(const std::string& line) {
  DEPOPS_TRY(const auto object, object_in(line));
  LocalAnswer answer;
  answer.ok = object->optValue<bool>("ok", false);
  answer.text = object->optValue<std::string>("text", "");
  const auto code = object->optValue<std::string>("code", "");
  for (const Errc known : kCodes) {
    if (code == name_of(known)) answer.code = known;
  }
  return answer;
}

}  // namespace depops::agent
