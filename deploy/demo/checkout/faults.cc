#include "deploy/demo/checkout/faults.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace depops::demo {
namespace {

using Values = std::map<std::string, std::string>;

Values read_values(const std::string& env_file) {
  Values values;
  std::ifstream file(env_file);
  for (std::string line; std::getline(file, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos && line[0] != '#') values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  for (const char* name : {"CHECKOUT_VERSION", "DEPOPS_VERSION", "DEPOPS_ENVIRONMENT", "FAULT_ENVIRONMENT",
                           "ERROR_SHARE", "RESET_SHARE", "DELAY_MS", "ADDRESS", "PORT"}) {
    if (const char* value = ::getenv(name); value != nullptr) values[name] = value;
  }
  return values;
}

double number(const Values& values, const std::string& name, double low, double high) {
  const auto found = values.find(name);
  if (found == values.end()) return low;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (found->second.empty() || *end != '\0' || !(value >= low && value <= high)) {
    throw std::invalid_argument(name + "=" + found->second + ": must be a number from " + std::to_string(low) + " to " +
                                std::to_string(high));
  }
  return value;
}

}  // namespace

Faults read_faults(const std::string& env_file) {
  Values values = read_values(env_file);
  Faults faults;
  for (const char* name : {"DEPOPS_VERSION", "CHECKOUT_VERSION"}) {
    if (values.contains(name)) faults.version = values[name];
  }
  if (values.contains("ADDRESS")) faults.address = values["ADDRESS"];
  faults.port = static_cast<std::uint16_t>(number(values, "PORT", 0, 65535));
  const std::string& only = values["FAULT_ENVIRONMENT"];
  if (only.empty() || only == values["DEPOPS_ENVIRONMENT"]) {
    faults.error_share = number(values, "ERROR_SHARE", 0, 1);
    faults.reset_share = number(values, "RESET_SHARE", 0, 1);
    faults.delay_ms = static_cast<std::uint32_t>(number(values, "DELAY_MS", 0, 60'000));
  }
  return faults;
}

}  // namespace depops::demo
