#include <catch2/catch.hpp>

#include "team.h"

// POST /ledger/v1/cancellations/{index}/undo.

namespace jobledger::daemon::e2e {
namespace {

std::string undo_path(std::int64_t index) {
  return "/ledger/v1/cancellations/" + std::to_string(index) + "/undo";
}

Answer undo(Team& team, const Answer& done, std::string_view body = "") {
  return team.post(undo_path(done.version() - 1), body);
}

}  // namespace

TEST_CASE("an undo gives every job of the cascade the status it had, as one entry") {
  Team team = new_team();
  Tree tree = team.plant("p(a b(c))");
  std::string before = team.statuses(tree);
  Answer cancelled = team.cancel(tree["a"]);
  Answer undone = undo(team, cancelled, R"({"reason":"the wrong one"})");
  CHECK(undone.status == 200);
  CHECK(undone.body["undoes"] == cancelled.version() - 1);
  CHECK(undone.body["index"] == undone.version() - 1);
  CHECK(undone.body["reinstated"].size() == 4);
  CHECK(undone.body["reinstated"][0] == team.job(tree["a"]));
  CHECK(team.statuses(tree) == before);
  Json job = team.job(tree["a"]);
  CHECK(job["stats"]["error"] == nullptr);
  CHECK(job["stats"]["errorAt"] == nullptr);
  Json entry = team.entry(undone.version() - 1);
  CHECK(entry["type"] == "UndoCancel");
  CHECK(entry["reason"] == "the wrong one");
  CHECK(entry["command"]["undoes"] == cancelled.version() - 1);
  CHECK(entry["events"][0]["cause"] == "undo");
}

TEST_CASE("a reinstated job is claimed and rendered like any other, in its old place") {
  Team team = new_team();
  std::string old = team.create();
  Answer cancelled = team.cancel(old);
  team.create();
  undo(team, cancelled);
  CHECK(team.post("/api/v2/worker/claim", "").body["job"]["id"] == old);
}

TEST_CASE("an undo wakes a worker that waits") {
  Team team = daemon_of_one_thread().new_team();
  std::string id = team.create();
  Answer cancelled = team.cancel(id);
  Waiting waiting = team.begin_claim(R"({"wait":60})", "undo-wakes");
  undo(team, cancelled);
  CHECK(waiting.answer().body["job"]["id"] == id);
}

TEST_CASE("a parent whose children have all finished meanwhile becomes queued") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  team.render(tree["a"]);
  Claimed held = team.claim(tree["b"]);
  Answer cancelled = team.cancel(tree["p"]);
  team.finish(held);
  CHECK(undo(team, cancelled).status == 200);
  CHECK(team.status(tree["p"]) == "queued");
}

TEST_CASE("an undo is refused if a job has moved on, and says which") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Answer cancelled = team.cancel(tree["p"]);
  undo(team, cancelled);
  team.claim(tree["a"]);
  Answer again = undo(team, cancelled);
  CHECK(again.status == 409);
  CHECK(again.body["code"] == "moved_on");
  CHECK(again.body["details"].size() == 3);
  CHECK(again.body["details"][1]["id"] == tree["a"]);
  CHECK(again.body["details"][1]["status"] == "render:dorender");
  CHECK(team.entry(again.version() - 1)["outcome"] == "refused");
}

TEST_CASE("an undo is refused if a relative has made a job of it unresolvable since") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Claimed held = team.claim(tree["b"]);
  Answer cancelled = team.cancel(tree["a"]);
  team.fail(held);
  Answer refused = undo(team, cancelled);
  CHECK(refused.status == 409);
  CHECK(refused.body["code"] == "unresolvable");
  CHECK(refused.body["details"][0]["id"] == tree["b"]);
  CHECK(team.status(tree["a"]) == "cancelled");
}

TEST_CASE("an undo can be undone, and that again") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  std::string before = team.statuses(tree);
  Answer cancelled = team.cancel(tree["a"]);
  Answer first = undo(team, cancelled);
  Answer second = undo(team, first, R"({"reason":"it was right"})");
  CHECK(second.status == 200);
  CHECK(second.body["cancelled"].size() == 3);
  CHECK(team.job(tree["a"])["stats"]["error"] == "manually cancelled: it was right");
  CHECK(team.statuses(tree) == "p=cancelled a=cancelled b=cancelled");
  CHECK(undo(team, second).status == 200);
  CHECK(team.statuses(tree) == before);
}

TEST_CASE("an undo withdraws a stop, and queues what has stopped") {
  Team team = new_team();
  Tree tree = team.plant("p(a b)");
  Claimed a = team.claim(tree["a"]);
  Claimed b = team.claim(tree["b"]);
  Answer asked = team.call("PATCH", "/api/v2/jobs/" + tree["p"] + "/cancel?running=stop");
  team.report(a, "stopped");
  Answer undone = undo(team, asked);
  CHECK(undone.status == 200);
  CHECK(texts_of(undone.body["stopsWithdrawn"], "id") == tree["b"]);
  CHECK(team.statuses(tree) == "p=pending a=queued b=rendering");
  CHECK(team.report(b, "heartbeat").body["stop"].missing());
}

TEST_CASE("an undo of what is no cancellation, of nobody's and of another team's") {
  Team team = new_team();
  std::string id = team.create();
  std::int64_t created = team.history(id)[0]["index"].integer();
  Answer nothing = team.post(undo_path(created), "");
  CHECK(nothing.status == 409);
  CHECK(nothing.body["code"] == "nothing_to_undo");
  CHECK(team.post(undo_path(1'000'000'000), "").status == 404);
  CHECK(team.post("/ledger/v1/cancellations/x/undo", "").status == 400);
  Answer cancelled = team.cancel(id);
  Team stranger = new_team();
  Answer unknown = undo(stranger, cancelled);
  CHECK(unknown.status == 404);
  CHECK(unknown.body["code"] == "cancellation_not_found");
  CHECK(undo(team, cancelled, R"({"reason":5})").status == 400);
  Team reader = team.with_token(R"("scopes":"jobs:read")");
  CHECK(undo(reader, cancelled).status == 403);
  CHECK(team.status(id) == "cancelled");
}

TEST_CASE("a repeated undo with the same key gets the first answer again") {
  Team team = new_team();
  Answer cancelled = team.cancel(team.create());
  std::string path = undo_path(cancelled.version() - 1);
  Answer first = team.post(path, "", {{"Idempotency-Key", "undo-1"}});
  Answer again = team.post(path, "", {{"Idempotency-Key", "undo-1"}});
  CHECK(again.status == 200);
  CHECK(again.text == first.text);
  CHECK(again.header("Idempotency-Replayed") == "true");
}

}  // namespace jobledger::daemon::e2e
