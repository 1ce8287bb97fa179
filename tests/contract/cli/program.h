#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "shared/json/value.h"

// The real command, run as its users run it.
namespace depops::test {

struct Ran {
  int exit = -1;  // 128 + signal if one ended it
  std::string out;
  std::string err;
};

using Variables = std::map<std::string, std::string>;

// Runs a program of bin/ with only these environment variables and PATH. `while_running` is called with the process id
// once something came on standard error.
Ran run_program(const std::string& name, const std::vector<std::string>& arguments, const Variables& variables = {},
                const std::string& input = "", const std::function<void(int)>& while_running = {});
Ran run_depops(const std::vector<std::string>& arguments, const Variables& variables = {},
               const std::string& input = "", const std::function<void(int)>& while_running = {});

// A directory that is removed at the end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const noexcept { return path_; }
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

// What it printed as JSON; it must have ended well.
json::Value json_of(const Ran& ran);

std::string read_whole(const std::string& path);

// The golden file of that name; UPDATE_GOLDEN=1 writes `now` into it first.
std::string golden(const std::string& name, const std::string& now);

}  // namespace depops::test
