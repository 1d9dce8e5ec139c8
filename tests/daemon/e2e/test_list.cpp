#include <catch2/catch.hpp>
#include <map>

#include "team.h"

// GET /jobs: each filter, each order, pages and refusals.

namespace jobledger::daemon::e2e {
namespace {

/// Jobs that a test can tell apart: `list` gives their names.
class Listing {
 public:
  void add(const std::string& name, std::string_view more = "") {
    ids_[name] = team.create(job_body(more));
    names_[ids_[name]] = name;
  }
  const std::string& operator[](const std::string& name) const { return ids_.at(name); }
  std::string list(const std::string& query) {
    Answer answer = team.get("/api/v2/jobs" + (query.empty() ? "" : "?" + query));
    REQUIRE(answer.status == 200);
    REQUIRE(answer.body.is_array());
    std::string text;
    for (const Json& job : answer.body.items()) {
      text += (text.empty() ? "" : " ") + names_.at(job["id"].text());
    }
    return text;
  }

  Team team = new_team();

 private:
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> names_;
};

/// One job of each status but pending.
void add_every_status(Listing& jobs) {
  for (const char* name : {"queued", "rendering", "finished", "failed", "cancelled"}) {
    jobs.add(name);
  }
  jobs.team.claim(jobs["rendering"]);
  jobs.team.render(jobs["finished"]);
  jobs.team.fail(jobs.team.claim(jobs["failed"]));
  jobs.team.cancel(jobs["cancelled"]);
}

}  // namespace

TEST_CASE("a list is a bare array of jobs, oldest first") {
  Listing jobs;
  CHECK(jobs.list("") == "");
  for (const char* name : {"a", "b", "c"}) jobs.add(name);
  CHECK(jobs.list("") == "a b c");
  CHECK(jobs.list("sort=oldest_first") == "a b c");
  CHECK(jobs.team.get("/api/v2/jobs").body[1] == jobs.team.job(jobs["b"]));
}

TEST_CASE("point 25: newest_first is the exact reverse of oldest_first") {
  Listing jobs;
  for (const char* name : {"a", "b", "c", "d"}) jobs.add(name);
  CHECK(jobs.list("sort=newest_first") == "d c b a");
  CHECK(jobs.list("sort=newest_first&from=1&limit=2") == "c b");
}

TEST_CASE("point 11: by priority the higher comes first, and the older among equals") {
  Listing jobs;
  jobs.add("low", R"("priority":-1)");
  jobs.add("plain");
  jobs.add("high", R"("priority":10)");
  jobs.add("plain2", R"("priority":0)");
  CHECK(jobs.list("sort=priority") == "high plain plain2 low");
}

TEST_CASE("point 16: a random order has every job once, and repeats at the same version") {
  Listing jobs;
  for (int i = 0; i < 20; ++i) jobs.add("job" + std::to_string(i));
  std::string first = jobs.list("sort=random");
  CHECK(jobs.list("sort=random") == first);
  CHECK(jobs.list("sort=random&limit=7") + " " + jobs.list("sort=random&from=7") == first);
  CHECK(std::count(first.begin(), first.end(), ' ') == 19);
}

TEST_CASE("from and limit take a page") {
  Listing jobs;
  for (const char* name : {"a", "b", "c", "d", "e"}) jobs.add(name);
  CHECK(jobs.list("limit=2") == "a b");
  CHECK(jobs.list("from=2&limit=2") == "c d");
  CHECK(jobs.list("from=4&limit=1000") == "e");
  CHECK(jobs.list("from=5") == "");
}

TEST_CASE("point 7: without a limit a list has 100 jobs") {
  Team team = new_team();
  std::vector<std::string> bodies(101, job_body());
  REQUIRE(team.post("/api/v2/batches", batch_body(bodies)).status == 201);
  CHECK(team.get("/api/v2/jobs").body.size() == 100);
  CHECK(team.get("/api/v2/jobs?limit=1000").body.size() == 101);
}

TEST_CASE("point 7: states and exclude_states speak the shown statuses") {
  Listing jobs;
  add_every_status(jobs);
  auto [query, names] = GENERATE(table<std::string, std::string>({
      {"states=queued", "queued"},
      {"states=render:dorender", "rendering"},
      {"states=finished", "finished"},
      {"states=error", "failed"},
      {"states=manually_cancelled", "cancelled"},
      {"states=pending", ""},
      {"states=queued,error", "queued failed"},
      {"states=queued%2Cerror", "queued failed"},
      {"exclude_states=queued", "rendering finished failed cancelled"},
      {"exclude_states=error", "queued rendering finished cancelled"},
      {"states=queued,finished&exclude_states=queued", "finished"},
      {"states=queued&exclude_states=queued", ""},
  }));
  CAPTURE(query);
  CHECK(jobs.list(query) == names);
}

TEST_CASE("point 18: tags of a list match on any overlap") {
  Listing jobs;
  jobs.add("red", R"("tags":"red")");
  jobs.add("both", R"("tags":["red","blue"])");
  jobs.add("none");
  CHECK(jobs.list("tags=red") == "red both");
  CHECK(jobs.list("tags=blue") == "both");
  CHECK(jobs.list("tags=blue,red") == "red both");
  CHECK(jobs.list("tags=green") == "");
  CHECK(jobs.list("tags=green,blue&states=queued") == "both");
}

TEST_CASE("from_date and to_date bound the time of creation, inclusive") {
  Listing jobs;
  jobs.add("a");
  std::string time = jobs.team.job(jobs["a"])["stats"]["createdAt"].text();
  CHECK(jobs.list("from_date=" + time + "&to_date=" + time) == "a");
  CHECK(jobs.list("from_date=2020-01-01&to_date=2021-01-01") == "");
  CHECK(jobs.list("to_date=" + time) == "a");
  CHECK(jobs.list("from_date=2999-01-01T00:00:00Z") == "");
}

TEST_CASE("point 16: minimal=true leaves out stats but for createdAt") {
  Listing jobs;
  jobs.add("a");
  Json minimal = jobs.team.get("/api/v2/jobs?minimal=true").body[0];
  CHECK(minimal.names() == "id templateId status progress stats outputUrl");
  CHECK(minimal["stats"].names() == "createdAt");
  CHECK(jobs.team.get("/api/v2/jobs?minimal=false").body[0] == jobs.team.job(jobs["a"]));
}

TEST_CASE("point 16: what is out of range or unknown in a list is 400") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"limit=0", "limit"},
      {"limit=1001", "limit"},
      {"limit=many", "limit"},
      {"limit=-1", "limit"},
      {"from=-1", "from"},
      {"from=1.5", "from"},
      {"states=cancelled", "states"},
      {"states=queued,what", "states"},
      {"exclude_states=what", "exclude_states"},
      {"sort=best", "sort"},
      {"from_date=yesterday", "from_date"},
      {"to_date=2026-13-01", "to_date"},
      {"minimal=maybe", "minimal"},
  }));
  CAPTURE(query);
  Answer refused = team.get("/api/v2/jobs?" + query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

TEST_CASE("point 14: unknown query parameters are ignored") {
  Listing jobs;
  jobs.add("a");
  CHECK(jobs.list("colour=blue&format=dot&running=stop") == "a");
  CHECK(jobs.team.get("/api/v2/jobs/" + jobs["a"] + "?x=1").status == 200);
}

TEST_CASE("a list of another version of a job shows what holds now") {
  Listing jobs;
  jobs.add("a");
  CHECK(jobs.list("states=queued") == "a");
  jobs.team.cancel(jobs["a"]);
  CHECK(jobs.list("states=queued") == "");
  CHECK(jobs.list("states=manually_cancelled") == "a");
}

}  // namespace jobledger::daemon::e2e
