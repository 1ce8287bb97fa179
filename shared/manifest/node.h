#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// One value of a file, with the place where it stands. Adapters for file formats produce it; everything that judges a
// file works on it, so that every error can name its line.
namespace depops::manifest {

// 1-based; 0 = the file as a whole.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  bool operator==(const Place&) const = default;
};

struct Key {
  std::string name;
  Place place;
};

struct Node {
  enum class Kind { null, boolean, integer, number, string, list, map };

  Kind kind = Kind::null;
  Place place;
  std::string text;         // of a scalar, as written
  std::vector<Key> keys;    // of a map, in the order of the file: keys[i] holds items[i]
  std::vector<Node> items;  // of a list or a map

  // The value under `key`, or null if this is no map or has no such key. Lives as long as this node.
  const Node* find(std::string_view key) const noexcept;

  bool is(Kind wanted) const noexcept { return kind == wanted; }
  bool is_true() const noexcept { return kind == Kind::boolean && text == "true"; }
};

const char* name_of(Node::Kind kind) noexcept;

}  // namespace depops::manifest
