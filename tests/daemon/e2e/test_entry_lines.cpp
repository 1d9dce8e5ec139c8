#include <catch2/catch.hpp>

#include "feed_client.h"

// GET /ledger/v1/entries as NDJSON.

namespace jobledger::daemon::e2e {
namespace {

std::string dump(const std::vector<Json>& entries) {
  std::string text;
  for (const Json& entry : entries) text += entry.dump() + '\n';
  return text;
}

}  // namespace

TEST_CASE("entries come one a line, the same as on pages, as many as there are") {
  Team team = new_team();
  std::vector<std::string> bodies(1000, tree_body("p(a b)"));
  REQUIRE(team.post("/api/v2/batches", batch_body(bodies)).status == 201);
  for (int i = 0; i < 150; ++i) team.create();
  Lines lines = read_lines(team);
  CHECK(lines.answer.header("Content-Type") == "application/x-ndjson");
  CHECK(lines.whole);
  CHECK(dump(lines.entries) ==
        dump(team.get("/ledger/v1/entries?limit=1000").body["items"].items()));
}

TEST_CASE("lines can be asked for by filter, from an index, so many, and as of a version") {
  Team team = new_team();
  for (int i = 0; i < 4; ++i) team.render(team.create());
  std::int64_t version = team.version();
  const std::vector<std::string> queries = {"type=ClaimJob",
                                            "limit=3",
                                            "type=ClaimJob&limit=2",
                                            "from=" + std::to_string(version - 3),
                                            "asOf=" + std::to_string(version - 2),
                                            "type=CancelJob"};
  const std::string& query = queries.at(GENERATE(range(std::size_t{0}, std::size_t{6})));
  CAPTURE(query);
  team.create();
  Lines lines = read_lines(team, "?" + query);
  REQUIRE(lines.answer.status == 200);
  CHECK(lines.whole);
  CHECK(dump(lines.entries) == dump(team.get("/ledger/v1/entries?" + query).body["items"].items()));
}

TEST_CASE("there may be more lines than a page has items") {
  Team team = new_team();
  CHECK(read_lines(team, "?limit=1000000").entries.size() == 1);
  CHECK(read_lines(team, "?limit=0").answer.status == 400);
  CHECK(read_lines(team, "?type=DoIt").answer.status == 400);
  CHECK(team.get("/ledger/v1/entries?limit=1000000").status == 400);
}

TEST_CASE("entries are lines for a client that asks for lines") {
  Team team = new_team();
  auto [accept, type] = GENERATE(table<std::string, std::string>({
      {"application/x-ndjson", "application/x-ndjson"},
      {"application/x-ndjson, application/json;q=0.5", "application/x-ndjson"},
      {"application/json, application/x-ndjson;q=0.5", "application/json"},
      {"application/x-ndjson;q=0", "application/json"},
      {"*/*", "application/json"},
      {"text/html", "application/json"},
  }));
  CAPTURE(accept);
  auto client = team.connect();
  client->send(request_text("HEAD", "/ledger/v1/entries", team.token(), "", {{"Accept", accept}}));
  http::Answer head = client->read(true);
  CHECK(head.header("Content-Type") == type);
  CHECK(head.header("Vary") == "Accept");
}

}  // namespace jobledger::daemon::e2e
