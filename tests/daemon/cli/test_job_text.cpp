#include <catch2/catch.hpp>

#include "daemon/cli/job_text.h"
#include "daemon/cli/job_tree_text.h"
#include "daemon/json/document.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::string_view kFinished = R"({"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0E",
  "templateId":"01JA7Q0000TEMP1ATE00000001","status":"finished","progress":100,
  "stats":{"createdAt":"2026-01-31T12:00:00.000Z","updatedAt":"2026-01-31T12:00:07.250Z",
           "startedAt":"2026-01-31T12:00:02.000Z","finishedAt":"2026-01-31T12:00:07.250Z",
           "errorAt":null,"totalAssets":2,"renderDuration":5.25,"error":null},
  "outputUrl":"https://cdn.example.com/spot-1.mp4"})";

std::string cancelled(const std::string& error) {
  return R"({"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0F","status":"manually_cancelled","progress":40,
    "stats":{"createdAt":"2026-01-31T12:00:00.000Z","error":")" +
         error + R"("},"outputUrl":null})";
}

std::string note(const std::string& job) {
  return note_of(json::Document::parse(job)->root());
}

}  // namespace

TEST_CASE("a job is shown as lines, without those that have nothing to say") {
  std::string json(kFinished);
  auto job = json::Document::parse(json);
  REQUIRE(job);
  CHECK(job_text(job->root(), Screen{}) ==
        "Job       01JA7Q3W5XKZ4T8N2M6B9C1D0E\n"
        "Status    finished, 100% done\n"
        "Template  01JA7Q0000TEMP1ATE00000001\n"
        "Created   2026-01-31T12:00:00.000Z\n"
        "Started   2026-01-31T12:00:02.000Z\n"
        "Finished  2026-01-31T12:00:07.250Z, rendered in 5.25 s\n"
        "Assets    2\n"
        "Output    https://cdn.example.com/spot-1.mp4\n");
}

TEST_CASE("the note on a job is where its output is, or why it ended") {
  CHECK(note(std::string(kFinished)) == "https://cdn.example.com/spot-1.mp4");
  CHECK(note(cancelled("manually cancelled")) == "-");
  CHECK(note(cancelled("manually cancelled: wrong logo")) == "wrong logo");
  CHECK(note(R"({"status":"error","stats":{"error":"exit 3\nno font"}})") == "exit 3 no font");
  CHECK(note(R"({"status":"queued","outputUrl":"https://cdn.example.com/x"})") == "-");
}

TEST_CASE("a list of jobs keeps its columns over pages") {
  std::string json = "[" + std::string(kFinished) + "]";
  auto jobs = json::Document::parse(json);
  REQUIRE(jobs);
  Table table = jobs_table(Screen{}, true);
  add_jobs(table, jobs->root(), Screen{});
  CHECK(table.body(Screen{}) ==
        "01JA7Q3W5XKZ4T8N2M6B9C1D0E  finished            100%  2026-01-31T12:00:00.000Z  "
        "https://cdn.example.com/spot-1.mp4\n");
}

TEST_CASE("a batch is shown with its counts and its jobs") {
  std::string json = R"({"batchId":"01JA7Q3W5XKZ4T8N2M6B9C1D0J","status":"processing",
    "stats":{"total":2,"finished":0,"error":1,"cancelled":1,"pending":1},
    "jobs":[{"index":0,"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0E","status":"queued"},
            {"index":1,"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0F","status":"manually_cancelled",
             "stats":{"error":"manually cancelled: wrong logo"}}]})";
  auto batch = json::Document::parse(json);
  REQUIRE(batch);
  CHECK(batch_text(batch->root(), Screen{}) ==
        "Batch     01JA7Q3W5XKZ4T8N2M6B9C1D0J\n"
        "Status    processing\n"
        "Jobs      2: 0 finished, 1 in error (1 of them cancelled), 1 pending\n"
        "\n"
        "#  JOB                         STATUS              NOTE\n"
        "0  01JA7Q3W5XKZ4T8N2M6B9C1D0E  queued              -\n"
        "1  01JA7Q3W5XKZ4T8N2M6B9C1D0F  manually_cancelled  wrong logo\n");
}

TEST_CASE("a tree is drawn with what the cascade did to each job") {
  std::string json = R"({"root":{"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0A","status":"manually_cancelled",
    "cascade":{"result":"cancelled","cause":"child","via":"01JA7Q3W5XKZ4T8N2M6B9C1D0B"},
    "children":[
      {"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0B","status":"manually_cancelled",
       "cascade":{"result":"cancelled","cause":"requested","via":null},"children":[]},
      {"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0C","status":"finished",
       "cascade":{"result":"skipped","cause":"sibling","via":"01JA7Q3W5XKZ4T8N2M6B9C1D0B"},
       "children":[{"id":"01JA7Q3W5XKZ4T8N2M6B9C1D0D","status":"finished","children":[]}]}]}})";
  auto tree = json::Document::parse(json);
  REQUIRE(tree);
  CHECK(job_tree_text(tree->root(), "01JA7Q3W5XKZ4T8N2M6B9C1D0B", Screen{}) ==
        "01JA7Q3W5XKZ4T8N2M6B9C1D0A  manually_cancelled  by its child …9C1D0B\n"
        "├─ 01JA7Q3W5XKZ4T8N2M6B9C1D0B  manually_cancelled  asked for\n"
        "└─ 01JA7Q3W5XKZ4T8N2M6B9C1D0C  finished  left alone\n"
        "   └─ 01JA7Q3W5XKZ4T8N2M6B9C1D0D  finished\n");
  Screen coloured{Style(true), 80, "2026"};
  CHECK_THAT(job_tree_text(tree->root(), "01JA7Q3W5XKZ4T8N2M6B9C1D0B", coloured),
             Catch::Contains("\x1b[1m01JA7Q3W5XKZ4T8N2M6B9C1D0B\x1b[0m"));
}

}  // namespace jobledger::daemon::cli
