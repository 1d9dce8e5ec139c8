#include <algorithm>
#include <catch2/catch.hpp>

#include "team.h"

// Answers that could be of any size end after about 4 MiB, and say where they go on.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::size_t kMiB = 1 << 20;

/// As long an error as may be, of characters that JSON writes as six.
std::string long_error() {
  return std::string(16384, '\x01');
}

/// Jobs that ended in such errors.
std::vector<std::string> fail_jobs(Team& team, int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    ids.push_back(team.create());
    team.fail(team.claim(ids.back()), long_error());
  }
  return ids;
}

}  // namespace

TEST_CASE("a page of entries ends after 4 MiB, and the next goes on there") {
  Team team = new_team();
  fail_jobs(team, 60);
  std::vector<std::int64_t> seen;
  std::string from = "0";
  int pages = 0;
  for (; !from.empty(); ++pages) {
    Answer page = team.get("/ledger/v1/entries?limit=1000&from=" + from);
    REQUIRE(page.status == 200);
    CHECK(page.text.size() < 5 * kMiB);
    REQUIRE(page.body["items"].size() > 0);
    for (const Json& item : page.body["items"].items()) seen.push_back(item["index"].integer());
    from = page.body["next"].is_null() ? "" : std::to_string(page.body["next"].integer());
  }
  CHECK(pages >= 2);
  CHECK(seen.size() == 1 + 3 * 60);  // with the one that issued the token
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("an error of more than 16384 bytes is 400") {
  Team team = new_team();
  std::string id = team.create();
  Claimed claimed = team.claim(id);
  Answer refused = team.report(claimed, "fail", R"("error":")" + std::string(16385, 'e') + '"');
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == "error");
  CHECK_THAT(refused.body["error"].text(), Catch::Contains("16384"));
  CHECK(team.status(id) == "rendering");
  CHECK(team.fail(claimed, std::string(16384, 'e')).body["stats"]["error"].text().size() == 16384);
}

TEST_CASE("a history is paged by from and limit") {
  Team team = new_team();
  std::string id = team.create();
  team.render(id);
  for (int i = 0; i < 4; ++i) CHECK(team.cancel(id).status == 409);
  std::string path = "/ledger/v1/jobs/" + id + "/history";
  Json whole = team.get(path).body;
  REQUIRE(whole["items"].size() == 7);
  CHECK(whole["next"].is_null());
  Json first = team.get(path + "?limit=5").body;
  CHECK(first["items"].size() == 5);
  CHECK(first["next"] == whole["items"][5]["index"]);
  std::string from = std::to_string(first["next"].integer());
  Json rest = team.get(path + "?limit=5&from=" + from).body;
  CHECK(rest["next"].is_null());
  CHECK(texts_of(rest["items"], "type") == "CancelJob CancelJob");
  CHECK(rest["items"][0] == whole["items"][5]);
  CHECK(team.get(path + "?limit=0").status == 400);
  CHECK(team.get(path + "?limit=1001").status == 400);
  CHECK(team.get(path + "?from=x").status == 400);
}

}  // namespace jobledger::daemon::e2e
