#include <catch2/catch.hpp>
#include <set>

#include "shared/signing/set_up.h"
#include "shared/signing/signing.h"
#include "tests/contract/cli/program.h"
#include "tests/contract/cli/scripted_hub.h"

using namespace depops;
using namespace depops::test;
using Catch::Contains;

namespace {

const std::string kVersion =
    R"({"service":"checkout","label":"1.1","artifact":"sha256:00","artifactSize":1,"commit":"abcdef1234567",
"committedAt":"2026-11-23T12:00:00.000Z","publishedAt":"2026-11-23T12:00:01.000Z","publishedBy":"admin","commits":[]})";

// Keeps artifacts as the hub does: pieces in order, complete only with the right digest. Drops some connections.
struct Blobs {
  explicit Blobs(ScriptedHub& hub, const std::string& content) {
    signing::set_up();
    digest = signing::digest_of(content).str();
    total = content.size();
    const std::string path = " /api/v1/artifacts/" + digest;
    hub.on("HEAD" + path, [this](const Asked&) { return state(); });
    hub.on("PUT" + path, [this](const Asked& asked) { return put(asked); });
    hub.on("POST /api/v1/services/checkout/versions", {201, kVersion, {}});
  }

  Answered state() const {
    const std::map<std::string, std::string> headers{{"Upload-Offset", std::to_string(held.size())}};
    return {held.empty() ? 404 : held.size() == total ? 200 : 204, "", headers};
  }

  Answered put(const Asked& asked) {
    if (drops.count(++puts) > 0) return {0, "", {}, true};
    const std::string range = asked.headers.at("content-range");
    const std::size_t first = std::stoul(range.substr(6));
    if (first != held.size()) {
      Answered answer = problem(409, "offset-mismatch", "go on elsewhere");
      answer.headers["Upload-Offset"] = std::to_string(held.size());
      return answer;
    }
    held += asked.body;
    if (held.size() < total) return {202, "{}", {{"Upload-Offset", std::to_string(held.size())}}};
    if (signing::digest_of(held).str() != digest) return problem(422, "digest-mismatch", "these are other bytes");
    return {201, "{}", {}};
  }

  std::string digest;
  std::size_t total = 0;
  std::string held;
  int puts = 0;
  std::set<int> drops;
};

std::string content_of(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 31 + i / 977);
  return content;
}

std::vector<std::string> words(const std::string& file) {
  return {"publish",
          "checkout",
          "1.1",
          "--artifact",
          file,
          "--commit",
          "abcdef1234567",
          "--committed-at",
          "2026-11-23T13:00:00+01:00"};
}

}  // namespace

TEST_CASE("an artifact goes up in pieces and then the version is published") {
  ScriptedHub hub;
  const Scratch scratch;
  const std::string content = content_of(9'000'001);
  Blobs blobs(hub, content);
  const Ran ran = run_depops(words(scratch.file("a.tar", content)), {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK(blobs.held == content);
  CHECK(blobs.puts == 3);
  CHECK(ran.out == golden("version.table", ran.out));
  CHECK(hub.asked("POST /api/v1/services/checkout/versions").at(0).body ==
        R"({"label":"1.1","commit":"abcdef1234567","committedAt":"2026-11-23T12:00:00.000Z","artifact":")" +
            blobs.digest + "\"}");
}

TEST_CASE("an upload that broke off goes on where the hub has come to") {
  ScriptedHub hub;
  const Scratch scratch;
  const std::string content = content_of(13'000'000);
  Blobs blobs(hub, content);
  blobs.drops = {2, 3, 5};
  const Ran ran = run_depops(words(scratch.file("a.tar", content)), {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK(blobs.held == content);
  CHECK(blobs.puts == 7);
  CHECK_THAT(ran.err, Contains("trying again") && Contains("going on with the upload at 4.2 MB"));
}

TEST_CASE("what the hub has already is not sent again") {
  ScriptedHub hub;
  const Scratch scratch;
  const std::string content = content_of(1'000);
  Blobs blobs(hub, content);
  blobs.held = content;
  const Ran ran = run_depops(words(scratch.file("a.tar", content)), {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 0);
  CHECK(blobs.puts == 0);
}

TEST_CASE("a refused artifact or version publishes nothing") {
  ScriptedHub hub;
  const Scratch scratch;
  const std::string content = content_of(1'000);
  Blobs blobs(hub, content);
  blobs.held = std::string(500, 'x');
  const Ran ran = run_depops(words(scratch.file("a.tar", content)), {{"DEPOPS_HUB", hub.address()}});
  CHECK(ran.exit == 1);
  CHECK_THAT(ran.err, Contains("these are other bytes"));
  CHECK(hub.asked("POST /api/v1/services/checkout/versions").empty());
}

TEST_CASE("what can be told to be wrong is refused before a byte is sent") {
  ScriptedHub hub;
  const Scratch scratch;
  const Variables here{{"DEPOPS_HUB", hub.address()}};
  auto bad_time = words(scratch.file("a.tar", "x"));
  bad_time.back() = "2026-11-23T13:00:00";
  CHECK_THAT(run_depops(bad_time, here).err, Contains("with its offset"));
  auto bad_commits = words(scratch.file("a.tar", "x"));
  bad_commits.insert(bad_commits.end(),
                     {"--commits", scratch.file("c", "abcdef12 2026-11-23T13:00:00Z ok\nnonsense\n")});
  const Ran ran = run_depops(bad_commits, here);
  CHECK(ran.exit == 1);
  CHECK_THAT(ran.err, Contains("/c:2: no commit"));
  CHECK_THAT(run_depops(words("/nowhere.tar"), here).err, Contains("/nowhere.tar: can not be read"));
  CHECK(hub.asked().empty());
}

TEST_CASE("commits go along, from the lines of git log") {
  ScriptedHub hub;
  const Scratch scratch;
  Blobs blobs(hub, "artifact");
  auto line = words(scratch.file("a.tar", "artifact"));
  line.insert(
      line.end(),
      {"--commits",
       scratch.file("c",
                    "abcdef12 2026-11-23T13:00:00+01:00 Make it so: \"fast\"\n\n0123456789 2026-11-22T00:00:00Z\n")});
  CHECK(run_depops(line, {{"DEPOPS_HUB", hub.address()}}).exit == 0);
  CHECK_THAT(
      hub.asked("POST /api/v1/services/checkout/versions").at(0).body,
      Contains(
          R"("commits":[{"sha":"abcdef12","committedAt":"2026-11-23T12:00:00.000Z","title":"Make it so: \"fast\""},)"
          R"({"sha":"0123456789","committedAt":"2026-11-22T00:00:00.000Z"}])"));
}

TEST_CASE("a site's key is taken as the agent prints it, or as hex digits, and always sent as hex digits") {
  const auto key = signing::SecretKey::generate().public_key();
  const std::string digits = signing::to_hex({reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size()});
  const Scratch scratch;
  const auto create = [&](ScriptedHub& hub, const std::string& text) {
    return run_depops({"site", "create", "fra-1", "-e", "production", "--key", scratch.file("key", text)},
                      {{"DEPOPS_HUB", hub.address()}});
  };
  for (const std::string& text : {"# fra-1\n" + signing::to_text(key) + "\n", digits + "\n", digits}) {
    ScriptedHub hub;
    hub.on("POST /api/v1/sites", {201,
                                  R"({"name":"fra-1","environment":"production","labels":{},"connectivity":"never",)"
                                  R"("health":"unknown","generation":{"signed":0,"held":0},"services":[]})",
                                  {}});
    CHECK(create(hub, text).exit == 0);
    CHECK_THAT(hub.asked("POST /api/v1/sites").at(0).body, Contains("\"signingKey\":\"" + digits + "\""));
  }
  ScriptedHub hub;
  const Ran refused = create(hub, "no key");
  CHECK(refused.exit == 1);
  CHECK_THAT(refused.err, Contains("depops-agent init"));
  CHECK(hub.asked().empty());
}
