#pragma once

#include <functional>
#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::hub::cli {

struct Column {
  std::string header;
  std::function<std::string(const json::Value&)> text;
  bool wide = false;  // only with -o wide
};

// How things of one kind are shown in a table.
struct View {
  std::string kind;         // "site": the first part of -o name
  std::string name_member;  // "name" or "id": the second part
  std::vector<Column> columns;
};

struct TableStyle {
  bool wide = false;
  bool headers = true;
  bool colour = false;
};

// Columns padded to their widest cell, two spaces between, "-" for what is empty. Every line ends with a line end.
std::string table_of(const View& view, const json::Value::Array& rows, const TableStyle& style);

// Words that mean good, bad or under way in green, red or yellow; unchanged without colour.
std::string coloured(const std::string& word, bool colour);

}  // namespace depops::hub::cli
