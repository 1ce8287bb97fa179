#include "agent/kubernetes/watch/store.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

const ObjectKey kWeb{Namespace("shop"), ObjectName("web")};

Seen seen(const std::string& version, const std::string& uid = "u1", bool deleting = false,
          const ObjectKey& key = kWeb) {
  return {{key, Uid(uid), ResourceVersion(version), 1, deleting}, json::Value(version)};
}

WatchedObjects listed(const std::vector<Seen>& all) {
  WatchedObjects objects;
  objects.begin_list();
  for (const Seen& one : all) objects.put(one);
  objects.end_list();
  return objects;
}

// "here 7", "absent", "not yet"
std::string look(const WatchedObjects& objects) {
  const Lookup found = objects.find(kWeb);
  if (found.known == Known::not_yet) return "not yet";
  return found.known == Known::absent ? "absent" : "here " + found.seen->meta.version.str();
}

}  // namespace

TEST_CASE("nothing is known before the first list is whole") {
  WatchedObjects objects;
  CHECK(look(objects) == "not yet");
  objects.begin_list();
  objects.put(seen("7"));
  CHECK(look(objects) == "not yet");
  objects.end_list();
  CHECK(look(objects) == "here 7");
  CHECK(objects.settled());
}

TEST_CASE("a later list takes away what it does not hold") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_list();
  CHECK(look(objects) == "here 7");
  objects.end_list();
  CHECK(look(objects) == "absent");
}

TEST_CASE("a write is known when its own version was delivered, and not by anything before") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  CHECK(look(objects) == "not yet");
  objects.wrote(kWeb, ResourceVersion("9"));
  CHECK(look(objects) == "not yet");
  objects.put(seen("8"));
  CHECK(look(objects) == "not yet");
  CHECK_FALSE(objects.settled());
  objects.put(seen("9"));
  CHECK(look(objects) == "here 9");
  CHECK(objects.settled());
}

TEST_CASE("a write whose version came before its answer is known with the answer, also if another came since") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.put(seen("9"));
  objects.put(seen("10"));
  objects.wrote(kWeb, ResourceVersion("9"));
  CHECK(look(objects) == "here 10");
}

TEST_CASE("a write that changed nothing is known at once") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.wrote(kWeb, ResourceVersion("7"));
  CHECK(look(objects) == "here 7");
}

TEST_CASE("a list during a write may have passed over it; one that begins after the answer decides") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.begin_list();
  objects.put(seen("11"));
  objects.wrote(kWeb, ResourceVersion("9"));
  objects.end_list();
  CHECK(look(objects) == "not yet");
  CHECK(objects.wants_list());
  objects.begin_list();
  CHECK_FALSE(objects.wants_list());
  objects.put(seen("11"));
  CHECK(look(objects) == "not yet");
  objects.end_list();
  CHECK(look(objects) == "here 11");
}

TEST_CASE("a list that began before the write began decides nothing, unless it holds that version") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_list();
  objects.begin_write(kWeb);
  objects.wrote(kWeb, ResourceVersion("9"));
  objects.put(seen("7"));
  objects.end_list();
  CHECK(look(objects) == "not yet");
  objects.put(seen("9"));
  CHECK(look(objects) == "here 9");
  CHECK_FALSE(objects.wants_list());
}

TEST_CASE("a delete is known when that life ended, is ending, or another has begun") {
  for (const int how : {0, 1, 2}) {
    WatchedObjects objects = listed({seen("7")});
    objects.begin_write(kWeb);
    objects.removed(kWeb, Uid("u1"));
    CHECK(look(objects) == "not yet");
    objects.put(seen("8"));
    CHECK(look(objects) == "not yet");
    if (how == 0) objects.take_away(seen("9").meta);
    if (how == 1) objects.put(seen("9", "u1", true));
    if (how == 2) objects.put(seen("9", "u2"));
    CHECK(look(objects) == (how == 0 ? "absent" : "here 9"));
  }
}

TEST_CASE("the end of an earlier life does not take away the next one") {
  WatchedObjects objects = listed({seen("7", "u2")});
  objects.take_away(seen("6", "u1").meta);
  CHECK(look(objects) == "here 7");
}

TEST_CASE("after a write of which nobody knows only a list of afterwards tells") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.not_written(kWeb, true);
  objects.put(seen("8"));
  CHECK(look(objects) == "not yet");
  CHECK(objects.wants_list());
  objects.begin_list();
  objects.put(seen("8"));
  objects.end_list();
  CHECK(look(objects) == "here 8");
}

TEST_CASE("a write that was refused does not make an earlier one known") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.wrote(kWeb, ResourceVersion("9"));
  objects.begin_write(kWeb);
  objects.not_written(kWeb, false);
  CHECK(look(objects) == "not yet");
  objects.begin_write(kWeb);
  objects.put(seen("9"));
  objects.not_written(kWeb, false);
  CHECK(look(objects) == "here 9");
}

TEST_CASE("of two writes the later one counts") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  objects.wrote(kWeb, ResourceVersion("8"));
  objects.begin_write(kWeb);
  objects.wrote(kWeb, ResourceVersion("9"));
  objects.put(seen("8"));
  CHECK(look(objects) == "not yet");
  objects.put(seen("9"));
  CHECK(look(objects) == "here 9");
}

TEST_CASE("more events during a write than are remembered count as not known") {
  WatchedObjects objects = listed({seen("7")});
  objects.begin_write(kWeb);
  for (int i = 100; i < 300; ++i) objects.put(seen(std::to_string(i)));
  objects.wrote(kWeb, ResourceVersion("250"));
  CHECK(look(objects) == "not yet");
  CHECK(objects.wants_list());
}

TEST_CASE("more objects than the cap are not known at all, until a list fits again") {
  WatchedObjects objects(1);
  objects.begin_list();
  objects.put(seen("7"));
  objects.put(seen("8", "u2", false, {Namespace("shop"), ObjectName("db")}));
  objects.end_list();
  CHECK(objects.full());
  CHECK(look(objects) == "not yet");
  objects.begin_list();
  objects.put(seen("9"));
  objects.end_list();
  CHECK(look(objects) == "here 9");
}
