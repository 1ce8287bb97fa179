#include "agent/kubernetes/manifests/removals.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

// Why a version with these words on its Deployment is refused.
std::string removal_refusal(const std::string& annotations, const std::string& more = "") {
  const auto read = read_manifests(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {" + annotations + "}}\n" + more,
      "app.yaml");
  REQUIRE((read.ok() ? "" : read.error().what) == std::string());
  const auto checked = check_removals(*read);
  return checked.ok() ? "" : checked.error().what;
}

bool is_about(const std::string& refusal, const std::string& words) {
  return refusal.find("app.yaml") != std::string::npos && refusal.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a version names what of earlier ones goes, one after another") {
  CHECK(removals_in("Deployment/worker, Deployment/mailer") ==
        std::set<std::string>{"Deployment/mailer", "Deployment/worker"});
  CHECK(removals_in("").empty());
  CHECK(removal_refusal("depops.io/remove: Deployment/worker").empty());
  CHECK(removal_refusal("team: payments").empty());
  const std::string set =
      "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, annotations: {depops.io/remove: "
      "Deployment/worker}}\n";
  CHECK(removal_refusal("team: payments", set).empty());
}

TEST_CASE("what does not read well names nothing: nothing goes by mistake") {
  CHECK(removals_in("Deployment/worker, everything").empty());
  CHECK(removals_in("Deployment/").empty());
  std::string many;
  for (int i = 0; i < 21; ++i) many += "Deployment/worker-" + std::to_string(i) + " ";
  CHECK(removals_in(many).empty());
}

TEST_CASE("a removal that can not be obeyed is refused with its place and the remedy") {
  CHECK(is_about(removal_refusal("depops.io/remove: worker"), "does not say Deployment/NAME"));
  CHECK(is_about(removal_refusal("depops.io/remove: ConfigMap/settings"), "go with their version"));
  CHECK(is_about(removal_refusal("depops.io/remove: \" \""), "names nothing"));
  CHECK(is_about(removal_refusal("depops.io/remove: Deployment/web"), "part of this very version"));
  const std::string map =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {depops.io/remove: "
      "Deployment/worker}}\n";
  CHECK(is_about(removal_refusal("team: payments", map), "stands on a ConfigMap"));
}
