#pragma once

#include <memory>
#include <utility>

#include "hub/store_sqlite/sqlite_reader.h"

namespace depops::hub::store_sqlite {

class SqliteReader::Loan {
 public:
  Loan(SqliteReader& owner, std::unique_ptr<sqlite::Connection> connection)
      : owner_(owner), connection_(std::move(connection)) {}
  Loan(Loan&&) noexcept = default;
  Loan& operator=(Loan&&) = delete;
  ~Loan() {
    if (!connection_) return;
    const std::lock_guard lock(owner_.mutex_);
    owner_.idle_.push_back(std::move(connection_));
  }

  sqlite::Connection& operator*() const { return *connection_; }

 private:
  SqliteReader& owner_;
  std::unique_ptr<sqlite::Connection> connection_;
};

}  // namespace depops::hub::store_sqlite
