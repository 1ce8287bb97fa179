#include "agent/artifacts/fetch_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "shared/crash_point/crash_point.h"
#include "shared/spawn/spawn.h"

namespace depops::agent::artifacts {
namespace {

constexpr int kLookEveryMs = 100;  // whether it was cancelled

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writing();
    if (ends_[0] >= 0) ::close(ends_[0]);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }

 private:
  int ends_[2];
};

std::vector<std::string> words_for(const HttpArtifactsSettings& settings, const ArtifactRef& ref,
                                   const std::string& folder) {
  std::vector<std::string> words = {settings.program,
                                    settings.base_url + ref.digest.str(),
                                    std::to_string(ref.size),
                                    ref.digest.str(),
                                    folder,
                                    std::to_string(settings.max_unpacked),
                                    std::to_string(settings.max_entries),
                                    std::to_string(settings.idle_timeout.count())};
  if (settings.ca_file.empty()) return words;
  const auto [certificate, key] =
      settings.identity ? settings.identity() : std::pair(settings.cert_file, settings.key_file);
  words.insert(words.end(), {settings.ca_file, certificate, key});
  return words;
}

Result<int> start(std::vector<std::string> words, int output) {
  Program program{.words = std::move(words), .environment = crash_environment(), .output = output};
  program.environment.emplace_back("LC_ALL=C.UTF-8");
  crash_point("artifact.start.before");
  Result<int> pid = spawn(program);
  crash_point("artifact.start.after");
  return pid;
}

class Words {
 public:
  explicit Words(const std::function<void(std::uint64_t)>& received) : received_(received) {}

  void take(const char* bytes, std::size_t count) {
    rest_.append(bytes, count);
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      line(rest_.substr(0, end));
      rest_.erase(0, end + 1);
    }
  }
  const Error& trouble() const { return trouble_; }

 private:
  void line(const std::string& text) {
    if (text.rfind("received ", 0) == 0) received_(std::strtoull(text.c_str() + 9, nullptr, 10));
    if (text.rfind("failed ", 0) == 0) trouble_ = {Errc::unavailable, text.substr(7)};
    if (text.rfind("refused ", 0) == 0) trouble_ = {Errc::invalid, text.substr(8)};
  }

  const std::function<void(std::uint64_t)>& received_;
  std::string rest_;
  Error trouble_{Errc::unavailable, "depops-fetch ended without a word; it is tried again"};
};

}  // namespace

Result<void> run_fetch(const HttpArtifactsSettings& settings, const ArtifactRef& ref, const std::string& folder,
                       const std::atomic<bool>& cancelled, const std::function<void(std::uint64_t)>& received) {
  Pipe pipe;
  if (pipe.reading() < 0) return Error{Errc::unavailable, std::string("no pipe: ") + ::strerror(errno)};
  DEPOPS_TRY(const int pid, start(words_for(settings, ref, folder), pipe.writing()));
  pipe.close_writing();
  Words words(received);
  char buffer[4096];
  for (ssize_t got = 1; got > 0 && !cancelled;) {
    pollfd waiting{pipe.reading(), POLLIN, 0};
    if (::poll(&waiting, 1, kLookEveryMs) <= 0) continue;
    got = ::read(pipe.reading(), buffer, sizeof buffer);
    if (got > 0) words.take(buffer, static_cast<std::size_t>(got));
  }
  if (cancelled) ::kill(pid, SIGKILL);
  const int status = wait_for(pid);
  if (cancelled) return Error{Errc::unavailable, "the agent is stopping"};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return words.trouble();
}

}  // namespace depops::agent::artifacts
