#include "hub/cli/table.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace depops::hub::cli {
namespace {

using Line = std::vector<std::string>;

// Characters, not bytes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::size_t> widths_of(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  return widths;
}

std::string joined(const Line& line, const std::vector<std::size_t>& widths, bool colour) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    out += coloured(line[i], colour);
    if (i + 1 < line.size()) out += std::string(widths[i] - width_of(line[i]) + 2, ' ');
  }
  return out + "\n";
}

}  // namespace

std::string coloured(const std::string& word, bool colour) {
  constexpr std::array<std::string_view, 5> kGood{"completed", "healthy", "connected", "pass", "ok"};
  constexpr std::array<std::string_view, 7> kBad{"failed",  "rolled_back", "aborted", "degraded",
                                                 "offline", "fail",        "expired"};
  constexpr std::array<std::string_view, 6> kMoving{"running", "paused", "waiting", "rolling_back", "late", "pending"};
  const auto in = [&word](const auto& words) { return std::find(words.begin(), words.end(), word) != words.end(); };
  const char* code = !colour ? "" : in(kGood) ? "32" : in(kBad) ? "31" : in(kMoving) ? "33" : "";
  return *code == '\0' ? word : "\x1b[" + std::string(code) + "m" + word + "\x1b[0m";
}

std::string table_of(const View& view, const json::Value::Array& rows, const TableStyle& style) {
  std::vector<Line> lines;
  if (style.headers) lines.emplace_back();
  for (std::size_t row = 0; row < rows.size(); ++row) lines.emplace_back();
  for (const Column& column : view.columns) {
    if (column.wide && !style.wide) continue;
    std::size_t at = 0;
    if (style.headers) lines[at++].push_back(column.header);
    for (const json::Value& row : rows) {
      const std::string text = column.text(row);
      lines[at++].push_back(text.empty() ? "-" : text);
    }
  }
  const std::vector<std::size_t> widths = widths_of(lines);
  std::string out;
  for (const Line& line : lines) out += joined(line, widths, style.colour);
  return out;
}

}  // namespace depops::hub::cli
