#include <catch2/catch.hpp>

#include "hub/main/wire_codec.h"
#include "shared/audit/export.h"
#include "shared/audit/receipt.h"
#include "shared/signing/log_primitives.h"
#include "tests/contract/api/running_hub.h"

// The audit log as others get it: what is signed, and nothing beyond.
using namespace depops;
using namespace depops::tests;

namespace {

const audit::Primitives& with() { return signing::log_primitives(); }

std::string text(RunningHub& hub, const std::string& path, int status = 200) {
  const auto answer = hub.call("GET", path);
  CHECK(answer.status == status);
  return answer.body;
}

}  // namespace

TEST_CASE(
    "API: checkpoint, receipts, tiles and entries of the audit log fit together, and nothing that is not signed") {
  RunningHub hub;
  text(hub, "/api/v1/audit/checkpoint", 404);
  hub.set_up();
  const audit::NoteKey key = hub.sign_log();
  const auto checkpoint = audit::open_checkpoint(text(hub, "/api/v1/audit/checkpoint"), key, with()).value();
  const std::size_t size = checkpoint.size.value();
  REQUIRE(size >= 3);
  REQUIRE(size < audit::kTileWidth);
  const std::string width = "?width=" + std::to_string(size);
  const auto leaves = audit::read_entries(text(hub, "/api/v1/audit/entry-bundles/0" + width), size).value();
  const auto tile = audit::read_tile(text(hub, "/api/v1/audit/tiles/0/0" + width), size).value();
  audit::LogCheck check(checkpoint, checkpoint, with());
  CHECK(check.begin().ok());
  CHECK(check.take(leaves, tile).ok());
  CHECK(check.finish().ok());
  CHECK(hub::WireCodec().decode_leaf(leaves.front()).ok());
  const auto receipt = audit::parse_receipt(text(hub, "/api/v1/audit/entries/2/receipt"), with()).value();
  CHECK(audit::verify_receipt(receipt, leaves[1], key, with()).value() == checkpoint);
  CHECK_FALSE(audit::verify_receipt(receipt, leaves[2], key, with()).ok());

  hub.start("1.0", "staging");  // written, and not signed yet
  const std::string next = std::to_string(size + 1);
  text(hub, "/api/v1/audit/entries/" + next + "/receipt", 404);
  text(hub, "/api/v1/audit/entry-bundles/0?width=" + next, 404);
  text(hub, "/api/v1/audit/tiles/0/0?width=" + next, 404);
  hub.sign_log();
  text(hub, "/api/v1/audit/entries/" + next + "/receipt");
  for (const char* path :
       {"/api/v1/audit/entries/0/receipt", "/api/v1/audit/entries/x/receipt", "/api/v1/audit/tiles/8/0?width=1",
        "/api/v1/audit/tiles/0/1?width=1", "/api/v1/audit/tiles/1/0?width=1", "/api/v1/audit/tiles/0/0"})
    text(hub, path, 404);
  for (const char* bad : {"0", "257", "x"}) text(hub, std::string("/api/v1/audit/tiles/0/0?width=") + bad, 400);
}
