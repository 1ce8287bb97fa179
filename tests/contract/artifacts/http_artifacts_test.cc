#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "agent/artifacts/http_artifacts.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

using agent::ArtifactFacts;

std::string digest_of(const std::string& bytes) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), raw, &size, EVP_sha256(), nullptr);
  std::string text = "sha256:";
  for (unsigned int i = 0; i < size; ++i) {
    text += "0123456789abcdef"[raw[i] >> 4U];
    text += "0123456789abcdef"[raw[i] & 15U];
  }
  return text;
}

std::string tar_of(const std::string& name, const std::string& content, const std::string& link = "") {
  std::vector<char> buffer(content.size() + 100'000);
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_open_memory(writer, buffer.data(), buffer.size(), &used);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_perm(entry, 0755);
  archive_entry_set_filetype(entry, link.empty() ? AE_IFREG : AE_IFLNK);
  if (link.empty()) archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  if (!link.empty()) archive_entry_set_symlink(entry, link.c_str());
  archive_write_header(writer, entry);
  if (link.empty()) archive_write_data(writer, content.data(), content.size());
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  return {buffer.data(), used};
}

struct Served {
  std::string body;
  std::atomic<int> cuts{0};     // so many answers break off in the middle
  std::atomic<int> resumed{0};  // requests that asked for the rest
};

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(Served& served) : served_(served) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    std::size_t from = 0;
    if (const std::string range = request.get("Range", ""); range.rfind("bytes=", 0) == 0) {
      from = std::stoul(range.substr(6));
      served_.resumed += 1;
      response.setStatus(Poco::Net::HTTPResponse::HTTP_PARTIAL_CONTENT);
      const std::string size = std::to_string(served_.body.size());
      response.set("Content-Range",
                   "bytes " + std::to_string(from) + "-" + std::to_string(served_.body.size() - 1) + "/" + size);
    }
    const std::string rest = served_.body.substr(from);
    response.setContentLength(static_cast<std::streamsize>(rest.size()));
    response.setKeepAlive(false);
    const bool cut = served_.cuts.fetch_sub(1) > 0;
    response.send().write(rest.data(), static_cast<std::streamsize>(cut ? rest.size() / 2 : rest.size()));
  }

 private:
  Served& served_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Served& served) : served_(served) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler(served_);
  }

 private:
  Served& served_;
};

struct World {
  Served served;
  Poco::Net::ServerSocket socket{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::HTTPServer server{new Factory(served), socket, new Poco::Net::HTTPServerParams};
  std::filesystem::path dir;
  std::unique_ptr<agent::Artifacts> artifacts;
  std::mutex mutex;
  std::condition_variable changed;
  ArtifactFacts facts;

  World() {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-artifacts-XXXXXX";
    dir = ::mkdtemp(pattern.data());
    server.start();
    agent::HttpArtifactsSettings settings;
    settings.program = bin_dir() + "/depops-fetch";
    settings.base_url = "http://127.0.0.1:" + std::to_string(socket.address().port()) + "/";
    settings.dir = dir / "artifacts";
    settings.first_back_off = Millis{10};
    artifacts = std::move(agent::make_http_artifacts(settings)).value();
    artifacts->start([this](ArtifactFacts now) {
      const std::lock_guard lock(mutex);
      facts = std::move(now);
      changed.notify_all();
    });
  }
  ~World() {
    artifacts->stop();
    server.stopAll(true);
    std::filesystem::remove_all(dir);
  }

  ArtifactFacts bring(const Digest& digest) {
    artifacts->want({{digest, served.body.size()}});
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20),
                             [&] { return facts.digest == digest && (facts.present || facts.permanent); }));
    return facts;
  }
};

TEST_CASE("an artifact arrives whole, also after interruptions, and goes when it is not wanted") {
  World world;
  const std::string content(300'000, 'x');
  world.served.body = tar_of("bin/checkout", content);
  world.served.cuts = GENERATE(0, 1, 3);
  const bool cut = world.served.cuts > 0;
  const Digest digest(digest_of(world.served.body));
  REQUIRE(world.bring(digest).present);
  REQUIRE((world.served.resumed > 0) == cut);
  const auto folder = world.dir / "artifacts" / digest.str().substr(7);
  std::stringstream text;
  text << std::ifstream(folder / "bin" / "checkout").rdbuf();
  REQUIRE(text.str() == content);
  world.artifacts->want({});
  const Digest other("sha256:" + std::string(64, '0'));
  REQUIRE(world.bring(other).permanent);
  REQUIRE_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("what an agent that died while unpacking left beside an artifact goes with the next look at it") {
  World world;
  world.served.body = tar_of("bin/checkout", "x");
  const Digest digest(digest_of(world.served.body));
  const auto folder = (world.dir / "artifacts" / digest.str().substr(7)).string();
  std::filesystem::create_directories(folder);
  std::filesystem::create_directories(folder + ".unpacking/bin");
  std::ofstream(folder + ".part") << world.served.body;
  REQUIRE(world.bring(digest).present);
  REQUIRE_FALSE(std::filesystem::exists(folder + ".part"));
  REQUIRE_FALSE(std::filesystem::exists(folder + ".unpacking"));
}

TEST_CASE("what an earlier agent's fetch still writes is left alone until that one ended") {
  World world;
  world.served.body = tar_of("bin/checkout", "content");
  const Digest digest(digest_of(world.served.body));
  const std::string part = world.dir / "artifacts" / (digest.str().substr(7) + ".part");
  const int other = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::flock(other, LOCK_EX) == 0);
  world.artifacts->want({{digest, world.served.body.size()}});
  {
    std::unique_lock lock(world.mutex);
    REQUIRE(world.changed.wait_for(lock, std::chrono::seconds(20), [&] { return !world.facts.trouble.empty(); }));
    REQUIRE(world.facts.trouble.find("by another process") != std::string::npos);
    REQUIRE_FALSE(world.facts.permanent);
  }
  ::close(other);
  REQUIRE(world.bring(digest).present);
}

TEST_CASE("wrong bytes and archives that leave their folder are refused for good, and leave nothing") {
  World world;
  std::string words;
  Digest digest;
  SECTION("wrong digest") {
    world.served.body = tar_of("a", "b");
    digest = Digest("sha256:" + std::string(64, '0'));
    words = "the bytes are not those of";
  }
  SECTION("..") {
    world.served.body = tar_of("../outside", "b");
    digest = Digest(digest_of(world.served.body));
    words = "leaves the artifact";
  }
  SECTION("absolute") {
    world.served.body = tar_of("/outside", "b");
    digest = Digest(digest_of(world.served.body));
    words = "is an absolute path";
  }
  SECTION("link") {
    world.served.body = tar_of("link", "", "/etc/passwd");
    digest = Digest(digest_of(world.served.body));
    words = "is neither a file nor a folder";
  }
  SECTION("no tar") {
    world.served.body = "this is no tar at all";
    digest = Digest(digest_of(world.served.body));
    words = "the artifact is no";
  }
  const ArtifactFacts facts = world.bring(digest);
  REQUIRE(facts.permanent);
  REQUIRE_FALSE(facts.present);
  CAPTURE(facts.trouble);
  REQUIRE(facts.trouble.find(words) != std::string::npos);
  world.artifacts->stop();
  REQUIRE(std::filesystem::is_empty(world.dir / "artifacts"));
}

}  // namespace
}  // namespace depops::test
