#include "hub/cli/upload.h"

#include <Poco/Thread.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <vector>

#include "hub/cli/problem.h"
#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"

namespace depops::hub::cli {
namespace {

constexpr std::uint64_t kPiece = 4 << 20;
constexpr int kTriesWithoutProgress = 10;
constexpr long kPauseMax = 5'000;

std::string megabytes(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text;
}

class Upload {
 public:
  Upload(const Session& session, HubClient& hub, std::ifstream& file, std::uint64_t size, const Digest& digest)
      : session_(session), hub_(hub), file_(file), size_(size), path_("/api/v1/artifacts/" + digest.str()) {}

  // True when the hub has all of it.
  Answer<bool> go_on();

 private:
  Answer<bool> ask_where();
  Answer<bool> send_pieces();
  Answer<bool> send_piece();
  Answer<bool> judge(const Reply& reply, std::uint64_t sent);
  void show() const;

  const Session& session_;
  HubClient& hub_;
  std::ifstream& file_;
  std::uint64_t size_;
  std::string path_;
  std::uint64_t offset_ = 0;
};

std::uint64_t offset_in(const Reply& reply, std::uint64_t otherwise) {
  const auto found = reply.headers.find("upload-offset");
  if (found == reply.headers.end()) return otherwise;
  std::uint64_t value = otherwise;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

void Upload::show() const {
  if (session_.globals.quiet || ::isatty(STDERR_FILENO) != 1) return;
  std::cerr << "\ruploading " << megabytes(offset_) << " of " << megabytes(size_) << (offset_ == size_ ? "\n" : "")
            << std::flush;
}

Answer<bool> Upload::ask_where() {
  const auto reply = hub_.send({"HEAD", path_, "", "", {}});
  if (!reply.ok()) return reply.trouble();
  if (reply->status == 200) {
    session_.say("the artifact is at the hub already");
    return true;
  }
  if (reply->status == 401 || reply->status == 403)
    return trouble_of({reply->status, {}, R"({"code":"forbidden","title":"not signed in"})"});
  if (reply->status != 404 && reply->status != 204) return trouble_of(*reply);
  offset_ = reply->status == 204 ? std::min(offset_in(*reply, 0), size_) : 0;
  if (offset_ > 0) session_.say("going on with the upload at " + megabytes(offset_) + " of " + megabytes(size_));
  return false;
}

Answer<bool> Upload::judge(const Reply& reply, std::uint64_t sent) {
  if (reply.status == 200 || reply.status == 201) {
    offset_ = size_;
    return true;
  }
  if (reply.status == 202) {
    offset_ = offset_in(reply, offset_ + sent);
    return false;
  }
  const bool elsewhere = reply.status == 409 && reply.headers.contains("upload-offset");
  if (!elsewhere || offset_in(reply, 0) == offset_) return trouble_of(reply);
  offset_ = std::min(offset_in(reply, 0), size_);
  return false;
}

Answer<bool> Upload::send_piece() {
  const std::uint64_t length = std::min(kPiece, size_ - offset_);
  std::string bytes(length, '\0');
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset_));
  if (!file_.read(bytes.data(), static_cast<std::streamsize>(length))) {
    return Trouble{Exit::error, "the artifact file changed while it was read; publish it again"};
  }
  const std::string range =
      "bytes " + std::to_string(offset_) + "-" + std::to_string(offset_ + length - 1) + "/" + std::to_string(size_);
  const auto reply =
      hub_.send({"PUT", path_, "application/octet-stream", std::move(bytes), {{"Content-Range", range}}});
  return reply.ok() ? judge(*reply, length) : Answer<bool>(reply.trouble());
}

Answer<bool> Upload::send_pieces() {
  for (;;) {
    show();
    auto sent = send_piece();
    if (!sent.ok() || *sent) return show(), sent;
    if (offset_ >= size_) return Trouble{Exit::error, "the hub has all bytes and does not call them complete"};
  }
}

Answer<bool> Upload::go_on() {
  long pause = 100;
  int tries = 0;
  for (;;) {
    const std::uint64_t before = offset_;
    auto where = ask_where();
    if (where.ok() && *where) return true;
    auto sent = where.ok() ? send_pieces() : std::move(where);
    if (sent.ok() || sent.trouble().exit != Exit::unreachable) return sent;
    tries = offset_ > before ? 1 : tries + 1;
    if (tries >= kTriesWithoutProgress) return sent;
    if (tries == 1) session_.say("the connection broke; trying again");
    Poco::Thread::sleep(pause);
    pause = tries == 1 ? 100 : std::min(2 * pause, kPauseMax);
  }
}

}  // namespace

Answer<Digest> upload_artifact(const Session& session, HubClient& hub, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Trouble{Exit::error, path + ": can not be read; name the artifact's tar file with --artifact"};
  signing::set_up();
  signing::Sha256 sum;
  std::uint64_t size = 0;
  std::vector<char> part(1 << 16);
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
    sum.update({part.data(), static_cast<std::size_t>(file.gcount())});
    size += static_cast<std::uint64_t>(file.gcount());
  }
  if (size == 0)
    return Trouble{Exit::error, path + ": is empty or no file; name the artifact's tar file with --artifact"};
  const Digest digest = sum.finish();
  const auto done = Upload(session, hub, file, size, digest).go_on();
  if (!done.ok()) return done.trouble();
  return digest;
}

}  // namespace depops::hub::cli
