#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/kubernetes/scene.h"

// What others do to a rollout in a cluster.
namespace depops::stage {
namespace {

// With room to do something at its first weight.
Way slowly() {
  Way way = by_route();
  way.strategy =
      "        canary:\n          stepTimeout: 20s\n          steps:\n            - setWeight: 20\n"
      "            - analysis: {template: errors, duration: 15s}\n            - setWeight: 100\n"
      "      rollback: {scope: wave}\n";
  return way;
}

std::string judged(Scene& scene, const std::string& label) {
  scene.publish(label);
  const std::string id = scene.stage.deploy(label, kSite);
  wait_until(label + " is judged", kLong, [&] { return scene.site.status()["phase"].as_string() == "analyzing"; });
  return id;
}

class Route {
 public:
  explicit Route(Scene& scene)
      : scene_(scene),
        target_("/apis/gateway.networking.k8s.io/v1/namespaces/" + scene.space + "/httproutes/shop"),
        set_(scene.site.status()["sets"].items().at(0)["set"].as_string()) {}

  const std::string& set() const { return set_; }
  std::uint64_t weight() { return backends().at(place())["weight"].as_uint(); }
  void write(unsigned weight, const std::string& manager) {
    const std::string path = "/spec/rules/0/backendRefs/" + std::to_string(place()) + "/weight";
    scene_.cluster.patch(target_ + "?fieldManager=" + manager,
                         R"([{"op":"replace","path":")" + path + R"(","value":)" + std::to_string(weight) + "}]",
                         "application/json-patch+json");
  }

 private:
  std::vector<json::Value> backends() {
    return scene_.cluster.get(target_)["spec"]["rules"].items().at(0)["backendRefs"].items();
  }
  std::size_t place() {
    const auto all = backends();
    const auto found = std::ranges::find_if(all, [&](const auto& one) { return one["name"].as_string() == set_; });
    if (found == all.end()) throw Trouble("the route has no backend " + set_);
    return static_cast<std::size_t>(found - all.begin());
  }

  Scene& scene_;
  const std::string target_;
  const std::string set_;
};

bool is_paused(Scene& scene, const std::string& reason) {
  const json::Value status = scene.site.status();
  return std::ranges::any_of(status["pauses"].items(), [&](const auto& pause) { return pause.as_string() == reason; });
}

}  // namespace

TEST_CASE("a weight that another controller writes is put right once, then pauses the rollout and names the writer",
          "[.][long]") {
  Scene scene(slowly());
  const std::string id = judged(scene, "1.1");
  Route route(scene);
  route.write(90, "argocd-controller");
  wait_until("the ordered weight is written again", kLong, [&] { return route.weight() == 20; });
  route.write(80, "argocd-controller");
  wait_until("the rollout is paused", kLong, [&] { return is_paused(scene, "drift"); });
  CHECK_THAT(
      scene.site.status()["reason"].as_string(),
      Catch::Contains("weight of " + route.set() + " is 80, written was 20") && Catch::Contains("argocd-controller"));
  CHECK(route.weight() == 80);
  scene.stage.depops({"rollout", "resume", id});
  CHECK(scene.ended(id) == "completed");
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("the API server dies in the middle of a rollout, and forgets what it had told: the rollout goes on",
          "[.][long]") {
  Scene scene(slowly());
  const std::string first = judged(scene, "1.1");
  scene.cluster.server().cut();
  CHECK(scene.ended(first) == "completed");
  const std::string second = judged(scene, "1.2");
  scene.cluster.server().forget_history();
  CHECK(scene.ended(second) == "completed");
  CHECK(scene.stable() == "1.2");
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("a version whose image is not to be had goes back by itself, says why, and gets no request", "[.][long]") {
  Scene scene(slowly());
  scene.cluster.node().will("registry.test/checkout:1.1", test::FakeNode::Does::image_fails);
  scene.publish("1.1");
  const json::Value gone = scene.stage.wait_for_end(scene.stage.deploy("1.1", kSite), kLong);
  scene.cluster.node().will("registry.test/checkout:1.1", test::FakeNode::Does::well);
  CHECK(gone["state"].as_string() == "rolled_back");
  CHECK_THAT(gone["reason"].as_string(), Catch::Contains("the image registry.test/checkout:1.1"));
  CHECK(scene.stable() == "1.0");
  CHECK(scene.answers_of("1.1") == 0);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("an agent that stands by acts when the one that acted ends", "[.][long]") {
  Scene scene(by_route());
  scene.stage.depops({"env", "create", "fra-2", "--tier", "production"});
  Site second(scene.stage, "fra-2", "fra-2");
  second.run_on(scene.settings_of(scene.space));
  second.set_up();
  wait_until("the second agent says who acts", kLong,
             [&] { return second.view()["standby"].as_string().find(" acts on this cluster") != std::string::npos; });
  scene.site.stop_agent();
  wait_until("the second agent acts", kLong, [&] { return second.view()["hubOnline"].as_bool(); });
  CHECK(second.view().find("standby") == nullptr);
  scene.wait_for_answers(100);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

}  // namespace depops::stage
