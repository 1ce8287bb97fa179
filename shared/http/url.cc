#include "shared/http/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace depops::http {
namespace {

constexpr std::size_t kUrlMax = 16'384;
constexpr const char* kHttp = "http://";
constexpr const char* kHttps = "https://";

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// "host", "host:port", "[::1]:port"
bool read_authority(const std::string& text, Page& page) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t from = bracket == std::string::npos ? 0 : bracket;
  const std::size_t colon = text.find(':', from);
  page.host = text.substr(0, colon);
  if (page.host.size() > 2 && page.host.front() == '[' && page.host.back() == ']') {
    page.host = page.host.substr(1, page.host.size() - 2);
  }
  if (page.host.empty()) return false;
  if (colon == std::string::npos) return true;
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end || port == 0 || port > 65'535) return false;
  page.port = static_cast<std::uint16_t>(port);
  return true;
}

}  // namespace

Result<Page> parse_url(const std::string& text) {
  const Error wrong{Errc::invalid, "the URL must be like http://host:9090/path or https://host/path"};
  Page page;
  page.tls = text.starts_with(kHttps);
  if (page.tls) page.port = 443;
  const std::string scheme = page.tls ? kHttps : kHttp;
  if (text.size() > kUrlMax || !is_printable(text) || text.rfind(scheme, 0) != 0) return wrong;
  const std::size_t slash = text.find_first_of("/?", scheme.size());
  std::string authority = text.substr(scheme.size(), slash == std::string::npos ? slash : slash - scheme.size());
  if (const std::size_t at = authority.rfind('@'); at != std::string::npos) {
    page.credentials = authority.substr(0, at);
    authority.erase(0, at + 1);
  }
  if (!read_authority(authority, page)) return wrong;
  if (slash != std::string::npos) page.path = (text[slash] == '?' ? "/" : "") + text.substr(slash);
  page.path = page.path.substr(0, page.path.find('#'));
  return page;
}

std::string shown(const Page& page) {
  const bool v6 = page.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + page.host + "]" : page.host;
  return (page.tls ? kHttps : kHttp) + host + ":" + std::to_string(page.port) +
         page.path.substr(0, page.path.find('?'));
}

std::string encoded(const std::string& value) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      text += c;
    } else {
      text += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return text;
}

}  // namespace depops::http
