#include <algorithm>

#include "shared/manifest/read.h"

// What the order of steps decides: whether there is traffic to look at, whether a route is there to be ended.
namespace depops::manifest {
namespace {

class StepRules {
 public:
  StepRules(const Node& environment, const std::string& file, const std::string& path, std::vector<Diagnostic>& found)
      : strategy_(*environment.find("strategy")), file_(file), path_(path + ".strategy"), found_(found) {}

  struct Refused {
    const char* word;
    const char* why;
  };

  void check() {
    if (const Node* canary = strategy_.find("canary")) {
      const Node& steps = *canary->find("steps");
      const bool batches =
          std::ranges::any_of(steps.items, [](const Node& step) { return step.find("batch") != nullptr; });
      keeps_whole(*canary, batches);
      walk(steps, path_ + ".canary.steps", batches ? by_batches() : std::vector<Refused>{});
    }
    if (const Node* node = strategy_.find("blueGreen")) blue_green(*node);
  }

 private:
  void fail(Place place, const std::string& path, std::string message) {
    found_.push_back({file_, place, path, std::move(message)});
  }

  // Only what is still whole can be kept whole.
  void keeps_whole(const Node& canary, bool batches) {
    const Node* dynamic = canary.find("dynamicStableScale");
    const Node* keep = canary.find("keepOldFor");
    const bool shrinks = batches || (dynamic != nullptr && dynamic->is_true());
    if (!shrinks || keep == nullptr) return;
    fail(keep->place, path_ + ".canary.keepOldFor",
         std::string("with ") + (batches ? "batch" : "dynamicStableScale") +
             " the earlier version has given up its instances by then; leave one of the two out");
  }

  static std::vector<Refused> by_batches() {
    return {{"setWeight", "a batch brings its share of the requests with it; leave setWeight out, or write no batch"},
            {"setScale", "a batch says how many instances there are; leave setScale out, or write no batch"}};
  }

  void blue_green(const Node& node) {
    const std::string path = path_ + ".blueGreen";
    const char* const shares = "blueGreen moves all requests at once; for shares of them use canary";
    const char* const whole =
        "after the switch the new version has all instances and all requests; write it in preview";
    exposed_ = true;  // a preview may be looked at without requests; whether its metrics can is asked with the template
    if (const Node* preview = node.find("preview"))
      walk(*preview, path + ".preview", {{"setWeight", shares}, {"batch", shares}});
    if (const Node* after = node.find("afterSwitch")) {
      walk(*after, path + ".afterSwitch",
           {{"setWeight", shares}, {"batch", shares}, {"setScale", whole}, {"setHeader", whole}});
    }
    const Node* background = node.find("background");
    const Node* from = background == nullptr ? nullptr : background->find("fromStep");
    if (from == nullptr) return;
    fail(from->place, path + ".background.fromStep", "with blueGreen it begins with the first request; leave it out");
  }

  void walk(const Node& steps, const std::string& path, const std::vector<Refused>& refused) {
    for (std::size_t i = 0; i < steps.items.size(); ++i) {
      const Node& step = steps.items[i];
      const std::string here = path + "[" + std::to_string(i) + "]";
      for (const Refused& one : refused) {
        if (step.find(one.word) != nullptr) fail(step.place, here + "." + one.word, one.why);
      }
      check_step(step, file_, here, found_);
      if (const Node* mirror = step.find("mirror")) {
        fail(mirror->place, here + ".mirror",
             "no router sends copies of requests: HAProxy can not, and where there is none nobody does; leave the step "
             "out and begin with a small setWeight");
      }
      if (const Node* header = step.find("setHeader")) route(*header, here + ".setHeader");
      exposed_ = exposed_ || count_at(step, "setWeight", 0) > 0 || step.find("batch") != nullptr || !routes_.empty();
      if (exposed_ || step.find("analysis") == nullptr) continue;
      fail(step.place, here,
           "an analysis before the first setWeight above 0, batch or setHeader has no traffic to look at; put one "
           "before it");
    }
  }

  void route(const Node& node, const std::string& path) {
    const rollout::ForcedRoute wanted = wanted_of(node);
    const auto same = [&](const rollout::ForcedRoute& route) { return route.name == wanted.name; };
    const bool known = std::ranges::any_of(routes_, same);
    std::erase_if(routes_, same);
    if (node.find("remove") != nullptr) {
      if (!known) fail(node.place, path, "no step before it makes a route " + quoted(wanted.name) + " to remove");
      return;
    }
    routes_.push_back(wanted);
    const auto checked = rollout::check_forced(routes_);
    if (checked.ok()) return;
    fail(node.place, path, checked.error().what);
    routes_.pop_back();
  }

  static rollout::ForcedRoute wanted_of(const Node& node) {
    const bool cookie = node.find("cookie") != nullptr;
    const rollout::RouteKey key = cookie ? rollout::RouteKey::cookie : rollout::RouteKey::header;
    return {text_at(node, "name"),
            {key, text_at(node, cookie ? "cookie" : "header"), list_at(node, "values")},
            SetId("target")};
  }

  const Node& strategy_;
  const std::string& file_;
  std::string path_;
  std::vector<Diagnostic>& found_;
  std::vector<rollout::ForcedRoute> routes_;  // as they stand after the step at hand
  bool exposed_ = false;
};

}  // namespace

void check_steps(const Node& environment, const std::string& file, const std::string& path,
                 std::vector<Diagnostic>& found) {
  StepRules(environment, file, path, found).check();
}

}  // namespace depops::manifest
