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

#include "agent/artifacts/fetch.h"
#include "agent/artifacts/unpack.h"
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

  std::string part_of(const Digest& digest) const { return folder(digest) + ".part"; }
  std::string unpacking_of(const Digest& digest) const { return folder(digest) + ".unpacking"; }

  // True when there is nothing left to do for it: it is here, or can never come.
  bool bring(const ArtifactRef& ref) {
    if (stopping_) return false;
    if (!is_digest(ref.digest.str())) {
      tell({ref.digest, false, 0, "\"" + ref.digest.str().substr(0, 80) + "\" is no digest", true});
      return true;
    }
    if (fs::is_directory(folder(ref.digest))) {
      if (fs::exists(part_of(ref.digest))) tidy(ref.digest, true);  // an agent died right after it had unpacked it
      tell({ref.digest, true, ref.size, "", false});
      return true;
    }
    const auto known = told_.find(ref.digest);
    if (known != told_.end() && known->second.permanent) return true;
    const Result<void> done = fetch_and_unpack(ref);
    if (done.ok()) {
      tell({ref.digest, true, ref.size, "", false});
      return true;
    }
    const bool permanent = done.error().code == Errc::invalid || done.error().code == Errc::corrupt;
    if (!stopping_) tell({ref.digest, false, received_, done.error().what, permanent});
    return permanent;
  }

  Result<void> fetch_and_unpack(const ArtifactRef& ref) {
    const std::string part = part_of(ref.digest);
    const std::string unpacking = unpacking_of(ref.digest);
    received_ = 0;
    DEPOPS_TRY_VOID(
        artifacts::fetch(settings_, ref, part, stopping_, [this](std::uint64_t count) { received_ = count; }));
    const Result<void> unpacked = unpack(part, unpacking);
    const Result<void> placed = unpacked.ok() ? place(unpacking, folder(ref.digest)) : unpacked;
    tidy(ref.digest, unpacked.ok() || unpacked.error().code == Errc::invalid);
    return placed;
  }

  void tidy(const Digest& digest, bool part_too) const {
    crash_point("artifact.tidy.before");
    std::error_code ignored;
    fs::remove_all(unpacking_of(digest), ignored);
    if (part_too) fs::remove(part_of(digest), ignored);
    crash_point("artifact.tidy.after");
  }

  Result<void> unpack(const std::string& part, const std::string& unpacking) const {
    crash_point("artifact.unpack.before");
    std::error_code error;
    fs::remove_all(unpacking, error);
    fs::create_directories(unpacking, error);
    if (error) return Error{Errc::unavailable, "cannot make " + unpacking + ": " + error.message()};
    Result<void> unpacked = artifacts::unpack(part, unpacking, {settings_.max_unpacked, settings_.max_entries});
    crash_point("artifact.unpack.after");
    return unpacked;
  }

  static Result<void> place(const std::string& unpacking, const std::string& folder) {
    crash_point("artifact.rename.before");
    std::error_code error;
    fs::rename(unpacking, folder, error);
    crash_point("artifact.rename.after");
    if (error) return Error{Errc::unavailable, "cannot rename " + unpacking + ": " + error.message()};
    return {};
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
  std::error_code error;
  fs::create_directories(settings.dir, error);
  if (error) return Error{Errc::unavailable, "cannot use " + settings.dir + ": " + error.message()};
  return std::unique_ptr<Artifacts>(std::make_unique<HttpArtifacts>(std::move(settings)));
}

}  // namespace depops::agent
