#include "agent/artifacts/http_artifacts.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/artifacts/fetch_program.h"
#include "shared/crash_point/crash_point.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;

constexpr Millis kMaxBackOff{30'000};

class HttpArtifacts : public Artifacts {
 public:
  explicit HttpArtifacts(HttpArtifactsSettings settings) : settings_(std::move(settings)) {}
  ~HttpArtifacts() override { stop(); }

  void start(std::function<void(ArtifactFacts)> changed) override {
    changed_ = std::move(changed);
    worker_ = std::thread([this] { work(); });
  }

  void want(std::vector<ArtifactRef> refs) override {
    const std::lock_guard lock(mutex_);
    wanted_ = std::move(refs);
    news_ = true;
    wake_.notify_all();
  }

  void stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      wake_.notify_all();
    }
    if (worker_.joinable()) worker_.join();
  }

 private:
  void work() {
    Millis back_off = settings_.first_back_off;
    for (bool pending = false;;) {
      const std::optional<std::vector<ArtifactRef>> refs = next_refs(pending, back_off);
      if (!refs) return;
      remove_unwanted(*refs);
      const bool was_pending = pending;
      pending = false;
      for (const ArtifactRef& ref : *refs) pending = !bring(ref) || pending;
      back_off = pending && was_pending ? std::min(back_off * 2, kMaxBackOff) : settings_.first_back_off;
    }
  }

  // Waits for news, or for the next try when something is missing; nothing at the end.
  std::optional<std::vector<ArtifactRef>> next_refs(bool pending, Millis back_off) {
    std::unique_lock lock(mutex_);
    const auto due = [this] { return stopping_.load() || news_; };
    if (pending) {
      wake_.wait_for(lock, back_off, due);
    } else {
      wake_.wait(lock, due);
    }
    news_ = false;
    if (stopping_) return std::nullopt;
    return wanted_;
  }

  std::string folder(const Digest& digest) const { return settings_.dir + "/" + digest.str().substr(7); }

  // True when there is nothing left to do for it: it is here, or can never come.
  bool bring(const ArtifactRef& ref) {
    if (stopping_) return false;
    if (!is_digest(ref.digest.str())) {
      tell({ref.digest, false, 0, "\"" + ref.digest.str().substr(0, 80) + "\" is no digest", true});
      return true;
    }
    if (fs::is_directory(folder(ref.digest))) {
      for (const char* rest : {".part", ".unpacking"}) {  // an agent died right after the folder had its name
        const std::string left = folder(ref.digest) + rest;
        if (fs::exists(left)) remove(left);
      }
      tell({ref.digest, true, ref.size, "", false});
      return true;
    }
    const auto known = told_.find(ref.digest);
    if (known != told_.end() && known->second.permanent) return true;
    received_ = 0;
    const Result<void> done = artifacts::run_fetch(settings_, ref, folder(ref.digest), stopping_,
                                                   [this](std::uint64_t count) { received_ = count; });
    if (done.ok()) {
      tell({ref.digest, true, ref.size, "", false});
      return true;
    }
    const bool permanent = done.error().code == Errc::invalid || done.error().code == Errc::corrupt;
    if (!stopping_) tell({ref.digest, false, received_, done.error().what, permanent});
    return permanent;
  }

  void tell(ArtifactFacts facts) {
    const auto known = told_.find(facts.digest);
    if (known != told_.end() && known->second == facts) return;
    told_[facts.digest] = facts;
    changed_(std::move(facts));
  }

  void remove_unwanted(const std::vector<ArtifactRef>& refs) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(settings_.dir, error)) {
      const std::string name = entry.path().filename().string();
      const bool wanted = std::ranges::any_of(refs, [&](const ArtifactRef& ref) {
        return ref.digest.str().size() == 71 && name.rfind(ref.digest.str().substr(7), 0) == 0;
      });
      if (!wanted) remove(entry.path());
    }
    std::erase_if(told_, [&](const auto& entry) {
      return std::ranges::none_of(refs, [&](const ArtifactRef& ref) { return ref.digest == entry.first; });
    });
  }

  static void remove(const fs::path& path) {
    crash_point("artifact.remove.before");
    std::error_code ignored;
    fs::remove_all(path, ignored);
    crash_point("artifact.remove.after");
  }

  HttpArtifactsSettings settings_;
  std::function<void(ArtifactFacts)> changed_;
  std::thread worker_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<ArtifactRef> wanted_;
  bool news_ = false;
  std::atomic<bool> stopping_{false};

  // The worker's own.
  std::map<Digest, ArtifactFacts> told_;
  std::uint64_t received_ = 0;
};

bool is_loopback(const std::string& url) {
  return url.rfind("http://127.0.0.1:", 0) == 0 || url.rfind("http://[::1]:", 0) == 0;
}

}  // namespace

Result<std::unique_ptr<Artifacts>> make_http_artifacts(HttpArtifactsSettings settings) {
  const bool tls = settings.base_url.rfind("https://", 0) == 0;
  if (!tls && !is_loopback(settings.base_url)) {
    return Error{Errc::invalid, "artifacts from " + settings.base_url + ": use https, or http on 127.0.0.1 only"};
  }
  for (const std::string& file : {settings.ca_file, settings.cert_file, settings.key_file}) {
    if (tls && ::access(file.c_str(), R_OK) != 0) {
      return Error{Errc::not_found, "cannot read \"" + file + "\": https needs authority, certificate and key"};
    }
  }
  if (::access(settings.program.c_str(), X_OK) != 0) {
    return Error{Errc::not_found, "cannot run \"" + settings.program + "\": it must stand beside the agent"};
  }
  std::error_code error;
  fs::create_directories(settings.dir, error);
  if (error) return Error{Errc::unavailable, "cannot use " + settings.dir + ": " + error.message()};
  return std::unique_ptr<Artifacts>(std::make_unique<HttpArtifacts>(std::move(settings)));
}

}  // namespace depops::agent
