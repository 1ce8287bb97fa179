#pragma once

#include <string>
#include <vector>

#include "tests/e2e/stage/stage.h"

namespace depops::stage {

// ruth and ravi hold the trust root; ana, ben and admin, who deploys here, may approve in `environment`; dora may break
// glass there. Trouble if a command refuses.
class People {
 public:
  People(Stage& stage, const std::string& environment);

  std::string root_file() const { return stage_.folder("people/1.root"); }
  std::string key(const std::string& person) const { return stage_.folder("people/" + person + ".key"); }
  std::string key_id(const std::string& person) const;
  // Version 2 without ben, whose key never counts again.
  std::string root_without_ben();

  void approve(const std::string& deployment, const std::string& person, std::vector<std::string> more = {});
  // The envelope alone; no hub gets it. `plan` may be another one than the deployment's.
  std::string sign(const json::Value& deployment, const std::string& person, const std::string& plan,
                   const std::string& valid = "1h");

 private:
  void make(const std::string& person, const std::string& role, const std::string& environment);
  void sign_root(const std::string& file);

  Stage& stage_;
  int envelopes_ = 0;
};

}  // namespace depops::stage
