#pragma once

#include <cstdint>
#include <string>

#include "shared/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace depops::agent::process {

// One prepared statement; parameters and columns are taken in their order.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text);
  Statement& bind(std::int64_t number);
  Result<void> run();   // a statement without rows
  Result<bool> next();  // the next row, false after the last
  std::string text();
  std::int64_t number();

 private:
  Error failure() const;

  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int parameter_ = 0;
  int column_ = 0;
};

}  // namespace depops::agent::process
