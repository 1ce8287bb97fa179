#include "tests/e2e/trust/people.h"

#include "shared/json/parse.h"

namespace depops::stage {

People::People(Stage& stage, const std::string& environment) : stage_(stage) {
  make("ruth", "root", "");
  make("ravi", "root", "");
  for (const char* person : {"ana", "ben", "admin"}) make(person, "approver", environment);
  make("dora", "break-glass", environment);
  stage_.depops({"keys", "import", "hub", "--dir", stage_.folder("people"), "--person", "hub", "--role", "hub-release",
                 "--public-key", stage_.hub_key()});
  std::vector<std::string> words = {"trust", "new", root_file(), "--environment", environment + "=production"};
  for (const char* person : {"ruth", "ravi", "ana", "ben", "admin", "dora", "hub"})
    words.insert(words.end(), {"--key", stage_.folder("people/" + std::string(person) + ".pub.json")});
  stage_.depops(words);
  sign_root(root_file());
}

void People::make(const std::string& person, const std::string& role, const std::string& environment) {
  std::vector<std::string> words = {"keys",     "new",  person,   "--dir", stage_.folder("people"),
                                    "--person", person, "--role", role};
  if (!environment.empty()) words.insert(words.end(), {"--environment", environment});
  stage_.depops(words);
}

void People::sign_root(const std::string& file) {
  for (const char* person : {"ruth", "ravi"}) stage_.depops({"trust", "sign", file, "--key", key(person)});
}

std::string People::key_id(const std::string& person) const {
  return (*json::parse(read_file(stage_.folder("people/" + person + ".pub.json"))))["keyId"].as_string();
}

std::string People::root_without_ben() {
  const std::string file = stage_.folder("people/2.root");
  stage_.depops({"trust", "new", file, "--from", root_file(), "--revoke", key_id("ben")});
  sign_root(file);
  return file;
}

void People::approve(const std::string& deployment, const std::string& person, std::vector<std::string> more) {
  std::vector<std::string> words = {"approve",
                                    deployment,
                                    "--key",
                                    key(person),
                                    "--yes",
                                    "--out",
                                    stage_.folder("people/" + std::to_string(++envelopes_) + ".dsse.json")};
  words.insert(words.end(), more.begin(), more.end());
  stage_.depops(words);
}

std::string People::sign(const json::Value& deployment, const std::string& person, const std::string& plan,
                         const std::string& valid) {
  const std::string file = stage_.folder("people/" + std::to_string(++envelopes_) + ".dsse.json");
  const std::string service = deployment["service"].as_string();
  const std::string version = deployment["version"].as_string();
  std::string artifact;
  const json::Value versions = stage_.depops({"get", "versions", "--service", service});
  for (const json::Value& row : versions["items"].items())
    if (row["label"].as_string() == version) artifact = row["artifact"].as_string();
  stage_.depops({"approve", "--plan", plan, "--release", artifact, "--service", service, "--version", version,
                 "--environment", deployment["environment"].as_string(), "--key", key(person), "--valid", valid,
                 "--yes", "--out", file});
  return read_file(file);
}

}  // namespace depops::stage
