#include "hub/api_http/static_files.h"

#include <array>

#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"

namespace depops::hub::api_http {
namespace fs = std::filesystem;
namespace {

struct Kind {
  const char* extension;
  const char* type;
};

constexpr std::array<Kind, 11> kKinds{{{".html", "text/html; charset=utf-8"},
                                       {".js", "text/javascript; charset=utf-8"},
                                       {".css", "text/css; charset=utf-8"},
                                       {".svg", "image/svg+xml"},
                                       {".png", "image/png"},
                                       {".ico", "image/x-icon"},
                                       {".woff2", "font/woff2"},
                                       {".json", "application/json"},
                                       {".map", "application/json"},
                                       {".webmanifest", "application/manifest+json"},
                                       {".txt", "text/plain; charset=utf-8"}}};

constexpr const char* kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>DepOps</title><h1>The console is not "
    "installed</h1>"
    "<p>This hub runs, but the directory of its console holds no index.html. Build it with <code>npm ci &amp;&amp; npm "
    "run "
    "build</code> in <code>hub/console</code> and give its <code>dist</code> as <code>console.directory</code>. The "
    "<code>depops</code> command works without it.</p></html>";

const char* type_of(const fs::path& path) {
  for (const Kind& kind : kKinds)
    if (path.extension() == kind.extension) return kind.type;
  return "application/octet-stream";
}

// No part may be hidden, climb up or hold what a file system reads in its own way.
bool safe(const std::string& path) {
  for (const std::string& part : split(path, '/'))
    if (part.front() == '.' || part.find('\\') != std::string::npos || part.find('\0') != std::string::npos)
      return false;
  return true;
}

bool is_file(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

// "assets/index-4f0a1b2c.js": the bundler puts a hash of at least 8 letters before the extension.
bool hashed(const fs::path& path) {
  const std::string stem = path.stem().string();
  const auto dash = stem.rfind('-');
  return path.parent_path().filename() == "assets" && dash != std::string::npos && stem.size() - dash > 8;
}

bool accepts(const Request& request, const char* coding) {
  return request.header("accept-encoding").find(coding) != std::string::npos;
}

Response file_response(const Request& request, const fs::path& path) {
  Response out;
  out.type = type_of(path);
  out.with("Cache-Control", hashed(path) ? "public, max-age=31536000, immutable" : "no-cache")
      .with("Vary", "Accept-Encoding");
  fs::path chosen = path;
  if (accepts(request, "br") && is_file(path.string() + ".br")) {
    chosen += ".br";
    out.with("Content-Encoding", "br");
  } else if (accepts(request, "gzip") && is_file(path.string() + ".gz")) {
    chosen += ".gz";
    out.with("Content-Encoding", "gzip");
  }
  std::error_code failed;
  out.file = FilePart{chosen, 0, fs::file_size(chosen, failed)};
  return out;
}

}  // namespace

Response StaticFiles::answer(const Request& request) const {
  if (!safe(request.path)) return problem(404, "not-found", "there is no such page");
  const std::string inside =
      request.path.substr(std::min<std::size_t>(request.path.find_first_not_of('/'), request.path.size()));
  const fs::path path = directory_ / inside;
  if (!inside.empty() && is_file(path)) return file_response(request, path);
  if (path.has_extension()) return problem(404, "not-found", "there is no file " + inside);
  if (is_file(directory_ / "index.html")) return file_response(request, directory_ / "index.html");
  Response out;
  out.type = "text/html; charset=utf-8";
  out.body = kNotBuilt;
  return out.with("Cache-Control", "no-store");
}

}  // namespace depops::hub::api_http
