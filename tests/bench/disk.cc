#include "tests/bench/disk.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "shared/sqlite/connection.h"
#include "tests/bench/figure.h"

namespace depops::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kRowsOfTransaction = 1'000;

void must(const Result<void>& done) {
  if (!done.ok()) throw std::runtime_error("the disk: " + done.error().what);
}

sqlite::Connection new_file(const std::string& directory, const char* table) {
  const std::string path = directory + "/floor.db";
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path + part);
  auto opened = sqlite::Connection::open(path, {.exclusive = true});
  if (!opened) throw std::runtime_error("the disk: " + opened.error().what);
  must(opened->execute(table));
  return std::move(opened).value();
}

}  // namespace

double commit_ms(const std::string& directory, std::uint64_t count) {
  sqlite::Connection file = new_file(directory, "CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
  std::vector<double> took;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto begin = Clock::now();
    must(file.execute("INSERT INTO t (body) VALUES (randomblob(600))"));
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  return quantile(took, 0.5);
}

double rows_per_s(const std::string& directory, std::uint64_t rows, std::size_t bytes) {
  sqlite::Connection file = new_file(directory,
                                     "CREATE TABLE t (id INTEGER PRIMARY KEY, site TEXT, sequence INTEGER, body BLOB);"
                                     "CREATE INDEX of_site ON t (site, sequence)");
  const std::string body(bytes, 'x');
  const auto begin = Clock::now();
  for (std::uint64_t i = 0; i < rows;) {
    auto transaction = sqlite::Transaction::begin(file);
    if (!transaction) throw std::runtime_error("the disk: " + transaction.error().what);
    sqlite::Statement* insert = file.cached("INSERT INTO t (site, sequence, body) VALUES (?, ?, ?)").value();
    for (const std::uint64_t end = std::min(rows, i + kRowsOfTransaction); i < end; ++i) {
      must(insert->run("site-" + std::to_string(i % 10), i, body));
    }
    must(transaction->commit());
  }
  return static_cast<double>(rows) / seconds_since(begin);
}

}  // namespace depops::bench
