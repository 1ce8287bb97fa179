#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hub/ports/log_records.h"
#include "hub/ports/reader.h"
#include "shared/sqlite/connection.h"

namespace depops::hub::store_sqlite {

// Answers API and console from read-only connections of its own, so that no question waits for the loop or the writer.
// Thread: any; a connection is lent to one question at a time, and as many are opened as ask at once.
class SqliteReader final : public RegistryReader, public HistoryReader, public LogReader {
 public:
  // The file must have been opened by a SqliteStore before.
  static Result<std::unique_ptr<SqliteReader>> open(const std::string& path);

  Result<std::vector<Environment>> environments() override;
  Result<Page<SiteView>> sites(const SiteFilter& filter, const Paging& paging) override;
  Result<Page<Version>> versions(const VersionFilter& filter, const Paging& paging) override;
  Result<DocumentView> documents() override;
  Result<std::vector<TrustRootRow>> trust_roots() override;
  Result<HubView> hub() override;

  Result<Page<ListedDeployment>> deployments(const DeploymentFilter& filter, const Paging& paging) override;
  Result<DeploymentView> deployment(const DeploymentId& id) override;
  Result<std::vector<ApprovalRow>> approvals(const DeploymentId& id) override;
  Result<std::vector<EventRow>> events(const EventFilter& filter, std::uint64_t after, std::uint32_t limit) override;
  Result<Page<AuditRow>> audit(const AuditFilter& filter, const Paging& paging) override;
  Result<void> for_dora(const DoraFilter& filter, const std::function<void(const dora::Row&)>& row) override;

  Result<std::vector<audit::Hash>> hashes(audit::TileId id, std::size_t count) override;
  Result<audit::TreeSize> log_size() override;
  Result<std::optional<LogHead>> log_head() override;
  Result<std::vector<std::string>> leaves(audit::LeafIndex first, std::size_t count) override;
  Result<void> check_log(std::uint64_t most) override;

 private:
  explicit SqliteReader(std::string path) : path_(std::move(path)) {}

  // Lends a connection and takes it back when the question is answered.
  class Loan;
  Result<Loan> lend();

  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<sqlite::Connection>> idle_;
};

}  // namespace depops::hub::store_sqlite
