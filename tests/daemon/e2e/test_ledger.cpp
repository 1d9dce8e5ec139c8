#include <catch2/catch.hpp>

#include "team.h"

// GET /ledger/v1/…: head, entries, tree, history.

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kEntries = "/ledger/v1/entries";

std::vector<std::int64_t> indexes(const Json& page) {
  std::vector<std::int64_t> found;
  for (const Json& item : page["items"].items()) found.push_back(item["index"].integer());
  return found;
}

std::string types(Team& team, const std::string& query) {
  Answer page = team.get(std::string(kEntries) + "?" + query);
  REQUIRE(page.status == 200);
  return texts_of(page.body["items"], "type");
}

}  // namespace

TEST_CASE("the head tells version, time and root hash, and moves with each entry") {
  Team team = new_team();
  team.create();
  Json before = team.get("/ledger/v1/head").body;
  CHECK(before.names() == "version time rootHash");
  CHECK_THAT(before["rootHash"].text(), Catch::Matches("[0-9a-f]{64}"));
  CHECK(before["time"] == team.entry(before["version"].integer() - 1)["time"]);
  CHECK(team.get("/ledger/v1/head").body == before);
  team.create();
  Json after = team.get("/ledger/v1/head").body;
  CHECK(after["version"] == before["version"].integer() + 1);
  CHECK(after["rootHash"].text() != before["rootHash"].text());
}

TEST_CASE("an entry shows who asked for what, and what came of it") {
  Team team = new_team();
  std::string id = team.create(job_body(R"("tags":"red","priority":2)"));
  std::int64_t index = team.version() - 1;
  Json entry = team.entry(index);
  CHECK(entry["index"] == index);
  CHECK(entry["type"] == "SubmitJob");
  CHECK(entry["outcome"] == "accepted");
  CHECK(entry["refusal"] == nullptr);
  CHECK(entry["reason"] == nullptr);
  CHECK(entry["onBehalfOf"] == nullptr);
  CHECK_THAT(entry["leafHash"].text(), Catch::Matches("[0-9a-f]{64}"));
  REQUIRE(entry["events"].size() == 1);
  Json event = entry["events"][0];
  CHECK(event["type"] == "JobSubmitted");
  CHECK(event["id"] == id);
  CHECK(event["before"] == nullptr);
  CHECK(event["after"] == "queued");
  CHECK(event["priority"] == 2);
  CHECK(event["templateId"] == kTemplate);
}

TEST_CASE("a malformed index of an entry is 400, one beyond the head 404") {
  Team team = new_team();
  CHECK(team.get(std::string(kEntries) + "/first").status == 400);
  CHECK(team.get(std::string(kEntries) + "/-1").status == 400);
  CHECK(team.get(std::string(kEntries) + "/99999999999999999999").status == 400);
  CHECK(team.get(std::string(kEntries) + "/" + std::to_string(team.version())).status == 404);
}

TEST_CASE("entries are paged by next, with no gap and no duplicate") {
  Team team = new_team();
  for (int i = 0; i < 7; ++i) team.create();
  std::vector<std::int64_t> all = indexes(team.get(kEntries).body);
  REQUIRE(all.size() == 8);  // with the one that issued the token
  std::vector<std::int64_t> paged;
  std::string from = "0";
  while (!from.empty()) {
    Json page = team.get(std::string(kEntries) + "?limit=3&from=" + from).body;
    CHECK(page["items"].size() <= 3);
    for (std::int64_t index : indexes(page)) paged.push_back(index);
    from = page["next"].is_null() ? "" : std::to_string(page["next"].integer());
  }
  CHECK(paged == all);
  // `from` is inclusive.
  Json rest = team.get(std::string(kEntries) + "?from=" + std::to_string(all[6])).body;
  CHECK(indexes(rest) == std::vector<std::int64_t>{all[6], all[7]});
  CHECK(rest["next"] == nullptr);
}

TEST_CASE("entries can be asked for by type, job, batch and actor") {
  Team team = new_team();
  Team robot = team.with_token("");
  Answer batch = team.post("/api/v2/batches", batch_body({job_body(), tree_body("p(a)")}));
  std::string batch_id = batch.body["batchId"].text();
  std::string first = batch.body["jobs"][0]["id"].text();
  std::string child = batch.body["jobs"][1]["children"][0]["id"].text();
  team.render(first);
  team.cancel(child);
  robot.cancel(first);

  CHECK(types(team, "type=CancelJob") == "CancelJob CancelJob");
  CHECK(types(team, "type=SubmitJob") == "");
  CHECK(types(team, "job=" + first) == "SubmitBatch ClaimJob FinishJob CancelJob");
  CHECK(types(team, "job=" + child) == "SubmitBatch CancelJob");
  CHECK(types(team, "job=" + first + "&type=CancelJob") == "CancelJob");
  CHECK_THAT(types(team, "batch=" + batch_id), Catch::Contains("SubmitBatch"));
  CHECK(types(team, "batch=" + batch_id + "&job=" + child + "&type=SubmitBatch") == "SubmitBatch");
  CHECK(types(team, "actor=tester&type=FinishJob") == "FinishJob");
  CHECK(types(team, "actor=nobody") == "");
  CHECK(types(team, "job=" + std::string(kUnknownId)) == "");
  CHECK(types(team, "job=" + std::string(kImpossibleId)) == "");
  CHECK(types(team, "job=" + first + "&limit=1&from=" + std::to_string(batch.version())) ==
        "ClaimJob");
}

TEST_CASE("a filter of entries that cannot be is 400") {
  Team team = new_team();
  auto [query, field] = GENERATE(table<std::string, std::string>({
      {"type=DoIt", "type"},
      {"job=nonsense", "job"},
      {"batch=nonsense", "batch"},
      {"limit=0", "limit"},
      {"limit=1001", "limit"},
      {"from=x", "from"},
  }));
  Answer refused = team.get(std::string(kEntries) + "?" + query);
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == field);
}

TEST_CASE("a tree is the whole tree the job is in, children in creation order") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(c d))");
  team.render(tree["c"]);
  std::string asked = GENERATE("root", "a", "d");
  Json root = team.get("/ledger/v1/jobs/" + tree[asked] + "/tree").body["root"];
  CHECK(root.names() == "id status batchId children");
  CHECK(root["id"] == tree["root"]);
  CHECK(root["batchId"] == nullptr);
  CHECK(texts_of(root["children"], "id") == tree["a"] + " " + tree["b"]);
  CHECK(texts_of(root["children"][1]["children"], "id") == tree["c"] + " " + tree["d"]);
  CHECK(texts_of(root["children"][1]["children"], "status") == "finished queued");
}

TEST_CASE("a tree of a batch names the batch") {
  Team team = new_team();
  Answer batch = team.post("/api/v2/batches", batch_body({tree_body("p(a)")}));
  std::string job = batch.body["jobs"][0]["id"].text();
  Json root = team.get("/ledger/v1/jobs/" + job + "/tree").body["root"];
  CHECK(root["batchId"] == batch.body["batchId"]);
}

TEST_CASE("a tree, a history or an explanation of a malformed id is 400, of an unknown one 404") {
  Team team = new_team();
  std::string call = GENERATE("/tree", "/history", "/explain");
  std::string path = "/ledger/v1/jobs/";
  CHECK(team.get(path + "nonsense" + call).status == 400);
  CHECK(team.get(path + std::string(kUnknownId) + call).status == 404);
  CHECK(team.get(path + std::string(kImpossibleId) + call).status == 404);
}

TEST_CASE("a history has every event of the job, with its cause") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  Claimed a = team.claim(tree["a"]);
  team.report(a, "progress", R"("progress":50)");
  team.finish(a);
  team.cancel(tree["b"], R"({"reason":"enough"})");
  Json items = team.history(tree["a"]);
  std::string events;
  for (const Json& item : items.items()) events += item["event"]["type"].text() + " ";
  CHECK(events == "JobSubmitted JobClaimed JobProgressed JobFinished CancelSkipped ");
  CHECK(texts_of(items, "before") == "null queued render:dorender render:dorender finished");
  CHECK(texts_of(items, "after") == "queued render:dorender render:dorender finished finished");
  CHECK(items[4]["cause"] == "sibling");
  CHECK(items[4]["via"] == tree["b"]);
  CHECK(items[4]["reason"] == "enough");
  CHECK(items[4]["actor"]["name"] == "tester");
}

TEST_CASE("point 22: what a body holds is in no entry, history, log or list") {
  Team team = new_team();
  std::string id = team.create(job_body(
      R"("upload":{"params":{"secret":"hunter2"}},"webhook":{"url":"https://x.test","headers":)"
      R"({"X-Key":"hunter2"}})"));
  team.render(id);
  for (const std::string& path :
       {"/api/v2/jobs/" + id, std::string("/api/v2/jobs"), "/api/v2/jobs/" + id + "/logs",
        std::string(kEntries), "/ledger/v1/jobs/" + id + "/history"}) {
    CHECK_THAT(team.get(path).text, !Catch::Contains("hunter2"));
  }
}

}  // namespace jobledger::daemon::e2e
