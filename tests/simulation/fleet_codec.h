#pragma once

#include <string>
#include <vector>

#include "tests/simulation/crashy_journal.h"
#include "tests/support/fake_codec.h"

namespace depops::simulation {

// Entries of a site are looked up in its journal: "<index of the site>:<row>".
class FleetCodec : public tests::FakeCodec {
 public:
  void add(const CrashyJournal& journal) { journals_.push_back(&journal); }
  Result<rollout::Report> decode_report(const std::string& bytes) override {
    return std::get<rollout::Report>(row(bytes).entry);
  }
  Result<audit::Leaf> decode_leaf(const std::string& bytes) override { return std::get<audit::Leaf>(row(bytes).entry); }

 private:
  const agent::OutboxRow& row(const std::string& bytes) const {
    return journals_.at(std::stoul(bytes.substr(0, bytes.find(':'))))->row(bytes);
  }

  std::vector<const CrashyJournal*> journals_;
};

}  // namespace depops::simulation
