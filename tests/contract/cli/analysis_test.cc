#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "tests/contract/cli/program.h"

// The tools that need no hub: judge, power, plan.
namespace depops::hub::cli {
namespace {

using Catch::Contains;
using test::run_depops;

json::Value judged(const std::string& series) {
  return json_of(run_depops({"analysis", "judge", "-f", "-", "-o", "json"}, {}, series));
}

std::string refused(const std::string& series) {
  const auto ran = run_depops({"analysis", "judge", "-f", "-"}, {}, series);
  CHECK(ran.exit == 1);
  CHECK(ran.out.empty());
  return ran.err;
}

std::string counts(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"rollout", "plan", "-o", "json"});
  const json::Value value = json_of(run_depops(arguments));
  return std::to_string(value["stable"].as_int()) + "," + std::to_string(value["canary"].as_int());
}

}  // namespace

TEST_CASE("recorded errors are judged window by window, and the window that decides is named") {
  const json::Value verdict = judged(R"({"test": {"errors": {}}, "windows": [
    {"canary": {"requests": 300, "errors": 3}, "stable": {"requests": 2700, "errors": 10}},
    {"noData": "a source ended"},
    {"canary": {"requests": 300, "errors": 5}, "stable": {"requests": 2700, "errors": 9}},
    {"canary": {"requests": 300, "errors": 0}, "stable": {"requests": 2700, "errors": 12}},
    {"canary": {"requests": 300, "errors": 9}, "stable": {"requests": 2700, "errors": 11}},
    {"canary": {"requests": 300, "errors": 9}, "stable": {"requests": 2700, "errors": 11}}]})");
  CHECK(verdict["outcome"].as_string() == "fail");
  CHECK(verdict["decidedAt"].as_int() == 5);
  CHECK(verdict["windows"].items().size() == 5);
  CHECK(verdict["windows"].items()[0]["value"].as_double() == Approx(1.40971087).epsilon(1e-8));
  CHECK(verdict["windows"].items()[1]["outcome"].as_string() == "no-data");
  CHECK_THAT(verdict["reason"].as_string(), Contains("canary 9 errors in 300 requests, stable 11 in 2700: 7.4x, "
                                                     "evidence 731 : 1, limit 20 : 1"));
}

TEST_CASE("a quiet series passes at its end, a proof that is demanded and missing does not") {
  const std::string quiet = R"("windows": [{"canary": {"requests": 300, "errors": 0},
                                            "stable": {"requests": 2700, "errors": 0}}]})";
  CHECK(judged(R"({"test": {"errors": {}}, )" + quiet)["outcome"].as_string() == "pass");
  CHECK(judged(R"({"test": {"errors": {}}, )" + quiet)["decidedAt"].is_null());
  CHECK(judged(R"({"test": {"errors": {"requireProof": true}}, )" + quiet)["outcome"].as_string() == "inconclusive");
  CHECK(judged(R"({"test": {"errors": {}}, "minRequests": 301, )" + quiet)["outcome"].as_string() == "no-data");
}

TEST_CASE("latency, gauges, samples, budgets and conditions are judged from their own windows") {
  const auto repeated = [](const std::string& head, const std::string& window, int times) {
    std::string text = "{" + head + R"(, "minRequests": 0, "windows": [)" + window;
    for (int i = 1; i < times; ++i) text += ", " + window;
    return text + "]}";
  };
  CHECK(judged(repeated(R"("test": {"latency": {}})",
                        R"({"canary": {"requests": 300, "buckets": {"0.1": 250, "0.5": 299}},
                            "stable": {"requests": 2700, "buckets": {"0.1": 2500, "0.5": 2699}}})",
                        3))["outcome"]
            .as_string() == "fail");
  CHECK(judged(repeated(R"("test": {"gauge": {}})", R"({"canary": {"value": 512}, "stable": {"value": 480}})",
                        12))["decidedAt"]
            .as_int() == 10);
  CHECK(judged(repeated(R"("test": {"mannWhitney": {"samples": 6}})",
                        R"({"canary": {"value": 9}, "stable": {"value": 3}})", 6))["outcome"]
            .as_string() == "fail");
  CHECK(judged(repeated(R"("test": {"burnRate": {"objective": 0.99}})",
                        R"({"canary": {"requests": 100, "errors": 50}, "stable": {"requests": 900, "errors": 450}})",
                        1))["outcome"]
            .as_string() == "fail");
  const json::Value nan = judged(repeated(R"("failWhen": "result > 5")", R"({"canary": {"value": "NaN"}})", 1));
  CHECK(nan["outcome"].as_string() == "inconclusive");
}

TEST_CASE("what is wrong with a series is said with its place, and nothing is judged") {
  CHECK_THAT(refused(R"({"test": {"errors": {}}, "windows": [{"canary": {"requests": 3, "errors": 4}}]})"),
             Contains("<standard input>:1:38: windows[0]: this test needs \"requests\" and \"errors\" of canary and "
                      "stable") &&
                 Contains("windows[0].canary.errors: is 4, more than the 3 requests of this window"));
  const auto latency = [](const std::string& canary, const std::string& stable) {
    return R"({"test": {"latency": {}}, "windows": [{"canary": {"requests": 3, "buckets": )" + canary +
           R"(}, "stable": {"requests": 3, "buckets": )" + stable + "}}]}";
  };
  CHECK_THAT(refused(latency(R"({"1": 2, "2": 1})", R"({"1": 2, "2": 3})")), Contains("must rise with the bounds"));
  CHECK_THAT(refused(latency(R"({"1": 2})", R"({"2": 2})")), Contains("canary and stable have different buckets"));
  CHECK_THAT(refused(R"({"failWhen": "reslt > 5", "windows": [{"canary": {"value": 1}}]})"),
             Contains("failWhen: column 1: unknown name"));
  CHECK_THAT(refused("{\"windows\": []}"), Contains("windows: is too short"));
  CHECK_THAT(refused("not json"), Contains("<standard input>:1:1"));
}

TEST_CASE("power says whether the traffic can decide, and what would do") {
  const json::Value day = json_of(run_depops({"analysis", "power", "--base", "0.002", "--ratio", "2", "--rps",
                                              "0.666667", "--weight", "10", "--within", "24h", "-o", "json"}));
  CHECK(day["decides"].as_bool());
  CHECK(day["seconds"].as_double() == Approx(82'500).epsilon(0.001));
  CHECK(day["sentence"].as_string() == "at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %");
  const auto hour = run_depops({"analysis", "power", "--base", "0.002", "--rps", "5"});
  CHECK(hour.out ==
        "at 5 requests/s and a 0.2 % base a doubling needs about 3 h at 10 %; 60 min can not decide: take 3 h, or 50 % "
        "for 73 min; in 60 min it finds 2.97 times the errors\n");
  CHECK(run_depops({"analysis", "power", "--base", "0", "--rps", "5"}).exit == 2);
  CHECK(run_depops({"analysis", "power", "--base", "0.1", "--rps", "5", "--within", "soon"}).exit == 2);
}

TEST_CASE("rollout plan gives the next counts of a canary, a routed canary, a rolling update and a resize") {
  CHECK(counts({"--replicas", "10", "--weight", "20", "--max-surge", "2", "--stable", "10/10", "--canary", "0/0"}) ==
        "10,2");
  CHECK(counts({"--replicas", "10", "--weight", "100", "--max-surge", "1", "--stable", "10/2", "--canary", "10/8"}) ==
        "2,9");
  CHECK(counts({"--replicas", "4", "--weight", "0", "--max-surge", "1", "--stable", "1/1", "--canary", "4/4"}) ==
        "1,3");
  CHECK(counts({"--replicas", "10", "--router", "--weight", "20", "--dynamic-stable", "--routed", "10"}) == "9,2");
  CHECK(counts({"--replicas", "10", "--rolling", "--max-surge", "2", "--max-unavailable", "0"}) == "10,2");
  CHECK(counts({"--replicas", "5", "--resize-to", "10", "--max-surge", "0", "--stable", "3/3", "--canary", "2/2"}) ==
        "6,4");
  CHECK(run_depops({"rollout", "plan", "--replicas", "3"}).out == "stable 3, canary 0\n");
  const auto wrong = run_depops({"rollout", "plan", "--replicas", "10", "--max-surge", "oops"});
  CHECK(wrong.exit == 2);
  CHECK_THAT(wrong.err, Contains("--max-surge is \"oops\"; a count like 1 or a share like 25% is meant"));
}

}  // namespace depops::hub::cli
