#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/support/kubernetes/fake_api_server.h"

namespace depops::test {

// What must hold for each write that an agent asks for, whatever becomes of it:
// - it names what it saw: a JSON patch tests the version of its object, or its life and what it changes; a delete names
//   the life that it ends. Else a write that comes late undoes what was written after it.
// - it comes after a look at what became of the one before, if that was not answered.
// - it is not refused for something that the agent has itself written, with an answer: then it had looked at a state
//   older than its own last write.
// - whoever asks has the lease, where there is one.
class AskedRules {
 public:
  explicit AskedRules(std::string space) : space_(std::move(space)) {}

  void hear(const FakeAsked& asked, int status, bool answered, const FakeObjects& objects);
  void restarted() { written_.clear(), doubtful_.clear(); }  // the agent: it knows of no write any more
  void leased(const std::string& holder) { holder_ = holder; }
  const std::string& broken() const { return broken_; }  // the first that did not hold; empty: all did

 private:
  void expect(bool holds, const std::string& what);
  void look_at_list(const FakeAsked& list);
  void look_at_terms(const FakeAsked& asked, const std::string& what);
  void look_at_refusal(const FakeAsked& asked, int status, const FakeObjects& objects, const std::string& what);

  std::string space_;
  std::string holder_;                          // of the lease; empty: there is none
  std::map<std::string, std::string> written_;  // version that the agent knows it wrote, by object
  std::set<std::string> doubtful_;              // objects whose last write was not answered, until they are listed
  std::string broken_;
};

}  // namespace depops::test
