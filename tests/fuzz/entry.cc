#include "shared/wire/documents.h"
#include "tests/fuzz/target.h"

// Entries of a site's streams, which the hub stores as they come, and what an agent keeps in its journal.
namespace depops::fuzz {
namespace {

bool judge_report(std::string_view bytes) {
  const auto report = wire::decode_report(bytes);
  if (report.ok()) comes_back(report.value(), wire::encode_report, wire::decode_report);
  return report.ok();
}

bool judge_leaf(std::string_view bytes) {
  const auto leaf = wire::decode_leaf(bytes);
  if (leaf.ok()) comes_back(leaf.value(), wire::encode_leaf, wire::decode_leaf);
  return leaf.ok();
}

// Records hold pointers: they are the same when they encode to the same bytes.
bool judge_record(std::string_view bytes) {
  const auto record = wire::decode_record(bytes);
  if (!record.ok()) return false;
  const std::string once = wire::encode_record(record.value());
  const auto again = wire::decode_record(once);
  if (!again.ok()) std::fprintf(stderr, "encoded again it is refused: %s\n", again.error().what.c_str());
  DEPOPS_CHECK(again.ok());
  DEPOPS_CHECK(wire::encode_record(again.value()) == once);
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool report = judge_report(bytes);
  const bool leaf = judge_leaf(bytes);
  return judge_record(bytes) || report || leaf;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all;
  for (const char* kind : {"report_", "leaf", "record"}) {
    for (Seed& seed : files("tests/contract/wire_v1", kind, ".bin")) all.push_back(std::move(seed));
  }
  return all;
}

}  // namespace depops::fuzz
