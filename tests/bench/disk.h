#pragma once

#include <cstdint>
#include <string>

namespace depops::bench {

// What SQLite and this disk can do, without anything of ours above: the limits that durable figures stand beside. In a
// new file of `directory`, with WAL and synchronous=FULL. Trouble is thrown.

double commit_ms(const std::string& directory, std::uint64_t count);  // median of one small row in a transaction

// Rows per second, many to a transaction, into a table with one index.
double rows_per_s(const std::string& directory, std::uint64_t rows, std::size_t bytes);

}  // namespace depops::bench
