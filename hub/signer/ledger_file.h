#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/guard/judge.h"
#include "shared/sqlite/connection.h"

namespace depops::hub::signer {

// The ledger on disk, in a file of its own that one process at a time may open. What save() returned from survives a
// power cut. Thread: one at a time.
class LedgerFile {
 public:
  // `corrupt`: what is in it can not be what was written. `conflict`: another signer has it open.
  static Result<std::unique_ptr<LedgerFile>> open(const std::string& path);

  Result<guard::Ledger> load();
  // All of it or nothing.
  Result<void> save(const std::vector<guard::Signable>& signables);
  // The first trust root; refused if another one is there.
  Result<void> pin(const trust::SignedRoot& root);
  Result<void> add(const trust::SignedRoot& root) { return put(root); }
  // Digest of the trust root that was pinned first; empty: none.
  Result<Digest> pinned();

 private:
  explicit LedgerFile(sqlite::Connection connection) : connection_(std::move(connection)) {}
  Result<void> put(const guard::SiteLine& line);
  Result<void> put(const trust::SignedRoot& root);
  Result<void> load_sites(guard::Ledger& ledger);
  Result<void> load_services(guard::Ledger& ledger);
  Result<void> load_root(guard::Ledger& ledger);

  sqlite::Connection connection_;
};

}  // namespace depops::hub::signer
