#include "tests/e2e/crash/scene.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/e2e/crash/old_hub.h"

namespace depops::crash {
namespace {

using stage::Trouble;

bool is_analyzing(const json::Value& status) { return status["phase"].as_string() == "analyzing"; }

bool is_weighing(const json::Value& status) { return status["phase"].as_string() == "weighing"; }

bool is_paused(const json::Value& status) {
  return std::ranges::any_of(status["pauses"].items(), [](const auto& pause) { return pause.as_string() == "user"; });
}

}  // namespace

Scene::Scene(Kind kind, stage::Site& site, std::string stable)
    : kind_(kind),
      site_(site),
      stable_(std::move(stable)),
      over_(kind == Kind::good || kind == Kind::bad || kind == Kind::fresh) {}

Scene::~Scene() { ::unlink(site_.folder("state/filler").c_str()); }

void Scene::before_start() {
  if (kind_ == Kind::gap) prune_all();
}

void Scene::look(const json::Value& status) {
  if (over_ || status.is_null()) return;
  if (kind_ == Kind::local) pause_and_resume(status);
  if (kind_ == Kind::death) kill_one_of_stable(status);
  if (kind_ == Kind::full) fill_disk(status);
  if (kind_ == Kind::gap) ask_for_what_is_gone();
}

// The agent may die between doing it and saying so; whoever stands there then looks before asking again.
void Scene::pause_and_resume(const json::Value& status) {
  try {
    if (!paused_ && !is_paused(status)) {
      if (is_analyzing(status)) site_.tell_agent("pause");
      return;
    }
    paused_ = true;
    if (is_paused(status)) site_.tell_agent("resume");
    over_ = !is_paused(site_.status());
  } catch (const Trouble&) {
    return;
  }
}

// Before the analysis, whose windows it would break.
void Scene::kill_one_of_stable(const json::Value& status) {
  if (!is_weighing(status)) return;
  for (const stage::Running& instance : site_.instances()) {
    if (instance.version != stable_) continue;
    ::kill(instance.pid, SIGKILL);
    over_ = true;
    return;
  }
  throw Trouble("no instance of " + stable_ + " runs that could be killed");
}

void Scene::fill_disk(const json::Value& status) {
  if (!is_weighing(status)) return;
  const std::string path = site_.folder("state/filler");
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) throw Trouble("cannot write " + path);
  off_t size = 0;
  for (off_t part = off_t{64} << 20; part >= 4'096; part /= 2) {
    while (::posix_fallocate(fd, size, part) == 0) size += part;
  }
  ::close(fd);
  over_ = true;
}

// As after a day: what the hub has is no longer kept.
void Scene::prune_all() {
  const std::string path = site_.folder("state/journal.db");
  sqlite3* db = nullptr;
  const bool done = ::sqlite3_open(path.c_str(), &db) == SQLITE_OK &&
                    ::sqlite3_exec(db, "DELETE FROM outbox WHERE stream = 1", nullptr, nullptr, nullptr) == SQLITE_OK;
  const std::string said = ::sqlite3_errmsg(db);
  ::sqlite3_close(db);
  if (!done) throw Trouble(path + ": " + said);
}

void Scene::ask_for_what_is_gone() {
  if (!site_.view()["hubOnline"].as_bool()) return;
  ask_for_everything(site_.stage(), SiteName(site_.name()));
  over_ = true;
}

}  // namespace depops::crash
