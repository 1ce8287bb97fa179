#include "shared/json/parse.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Handler.h>
#include <Poco/JSON/Parser.h>

#include <cmath>
#include <string>
#include <unordered_set>
#include <vector>

namespace depops::json {
namespace {

constexpr std::size_t kDepthMax = 64;

// Poco reads the text; this builds the values and refuses what Poco lets through: a name that stands twice, and numbers
// too large for a double.
class Builder final : public Poco::JSON::Handler {
 public:
  void reset() override { *this = Builder(); }
  void startObject() override { open(Value::object()); }
  void endObject() override { close(); }
  void startArray() override { open(Value::array()); }
  void endArray() override { close(); }

  void key(const std::string& name) override {
    if (!open_.back().names.insert(name).second) {
      throw Poco::DataFormatException("the name \"" + name + "\" stands here twice");
    }
    open_.back().name = name;
  }

  void null() override { put(Value()); }
  void value(int number) override { put(Value(std::int64_t{number})); }
  void value(unsigned number) override { put(Value(std::uint64_t{number})); }
  void value(Poco::Int64 number) override { put(Value(static_cast<std::int64_t>(number))); }
  void value(Poco::UInt64 number) override { put(Value(static_cast<std::uint64_t>(number))); }
  void value(const std::string& text) override { put(Value(text)); }
  void value(bool truth) override { put(Value(truth)); }
  void value(double number) override {
    if (!std::isfinite(number)) throw Poco::DataFormatException("a number is too large");
    put(Value(number));
  }

  Poco::Dynamic::Var asVar() const override { return {}; }
  Poco::DynamicStruct asStruct() const override { return {}; }

  Value take() { return std::move(root_); }

 private:
  struct Level {
    Value value;
    std::string name;  // of the member that comes next
    // All so far: a body of nothing but names must not be compared each with each.
    std::unordered_set<std::string> names{};
  };

  void open(Value value) { open_.push_back({std::move(value), {}, {}}); }

  void close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    put(std::move(done));
  }

  void put(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_array()) {
      open_.back().value.push(std::move(value));
    } else {
      open_.back().value.add(open_.back().name, std::move(value));
    }
  }

  std::vector<Level> open_;
  Value root_;
};

// Poco cuts a name at a zero byte: two readers would see two names.
bool has_zero_in_name(std::string_view text) {
  constexpr std::string_view kZero = "\\u0000";
  if (text.find(kZero) == text.npos) return false;
  bool inside = false;
  bool zero = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (inside && text[i] == '\\') {
      zero = zero || text.substr(i, kZero.size()) == kZero;
      ++i;
    } else if (text[i] == '"') {
      inside = !inside;
      const std::size_t next = inside ? text.npos : text.find_first_not_of(" \t\r\n", i + 1);
      if (zero && next != text.npos && text[next] == ':') return true;
      zero = false;
    }
  }
  return false;
}

}  // namespace

Result<Value> parse(std::string_view text) {
  if (has_zero_in_name(text)) return Error{Errc::invalid, "not JSON as we take it: a name with a zero byte (\\u0000)"};
  try {
    Poco::SharedPtr<Builder> builder = new Builder;
    Poco::JSON::Parser parser(builder);
    parser.setDepth(kDepthMax);
    parser.parse(std::string(text));
    return builder->take();
  } catch (const Poco::Exception& exception) {
    return Error{Errc::invalid, "not JSON as we take it: " + exception.message()};
  }
}

}  // namespace depops::json
