#include "daemon/cli/job_text.h"

#include <fmt/core.h>

#include "daemon/cli/fields.h"

namespace jobledger::daemon::cli {
namespace {

constexpr std::size_t kIdSize = 26;
constexpr std::size_t kLongestStatus = std::string_view("manually_cancelled").size();
constexpr std::string_view kCancelled = "manually cancelled";

/// Lines of `Name  value`.
class Lines {
 public:
  explicit Lines(const Screen& screen) : style_(screen.style) {}

  void add(std::string_view name, const std::string& value) {
    if (!value.empty()) text_ += style_.strong(fmt::format("{:<9}", name)) + ' ' + value + '\n';
  }
  const std::string& text() const { return text_; }

 private:
  const Style& style_;
  std::string text_;
};

std::string percent_of(const json::Value& job) {
  return std::to_string(number_of(job, "progress")) + '%';
}

/// ` after 5.25 s`, if it is known how long it took.
std::string duration_of(const json::Value& stats) {
  auto seconds = stats.find("renderDuration");
  if (!seconds || !seconds->is_number()) return {};
  return fmt::format(", rendered in {:g} s", seconds->number());
}

std::string status_of(const json::Value& job, const Screen& screen) {
  return screen.style.status(text_of(job, "status"));
}

}  // namespace

std::string job_text(const json::Value& job, const Screen& screen) {
  Lines lines(screen);
  auto stats = object_of(job, "stats");
  auto time = [&](std::string_view name) { return stats ? text_of(*stats, name) : std::string(); };
  lines.add("Job", text_of(job, "id"));
  lines.add("Status", status_of(job, screen) + ", " + percent_of(job) + " done");
  lines.add("Template", text_of(job, "templateId"));
  lines.add("Created", time("createdAt"));
  lines.add("Started", time("startedAt"));
  std::string finished = time("finishedAt");
  lines.add("Finished", finished.empty() ? "" : finished + duration_of(*stats));
  lines.add("Ended", time("errorAt"));
  lines.add("Assets", stats ? text_of(*stats, "totalAssets") : "");
  lines.add("Output", text_of(job, "outputUrl"));
  lines.add("Error", stats ? text_of(*stats, "error") : "");
  return lines.text();
}

std::string note_of(const json::Value& job) {
  std::string status = text_of(job, "status");
  if (status == "finished") return text_of(job, "outputUrl", "-");
  auto stats = object_of(job, "stats");
  std::string error = stats ? text_of(*stats, "error") : "";
  // The status has said that much.
  if (error.starts_with(kCancelled)) {
    error.erase(0, kCancelled.size());
    if (error.starts_with(": ")) error.erase(0, 2);
  }
  return error.empty() ? "-" : error;
}

Table jobs_table(const Screen& screen, bool alike) {
  std::size_t time = screen.time("2026-01-31T12:00:00.000Z").size();
  return Table({{"JOB", Table::Kind::whole, kIdSize},
                {"STATUS", Table::Kind::whole, alike ? kLongestStatus : 0},
                {"DONE", Table::Kind::number},
                {"CREATED", Table::Kind::whole, alike ? time : 0},
                {"NOTE", Table::Kind::text}});
}

void add_jobs(Table& table, const json::Value& jobs, const Screen& screen) {
  for (json::Value job : jobs.elements()) {
    auto stats = object_of(job, "stats");
    table.add({text_of(job, "id"), status_of(job, screen), percent_of(job),
               stats ? screen.time(text_of(*stats, "createdAt")) : "-", note_of(job)});
  }
}

std::string batch_text(const json::Value& batch, const Screen& screen) {
  Lines lines(screen);
  lines.add("Batch", text_of(batch, "batchId"));
  lines.add("Status", status_of(batch, screen));
  if (auto stats = object_of(batch, "stats")) {
    lines.add("Jobs", fmt::format("{}: {} finished, {} in error ({} of them cancelled), {} pending",
                                  number_of(*stats, "total"), number_of(*stats, "finished"),
                                  number_of(*stats, "error"), number_of(*stats, "cancelled"),
                                  number_of(*stats, "pending")));
  }
  Table table({{"#", Table::Kind::number},
               {"JOB", Table::Kind::whole, kIdSize},
               {"STATUS"},
               {"NOTE", Table::Kind::text}});
  for (const json::Value& job : items_of(batch, "jobs")) {
    table.add({text_of(job, "index"), text_of(job, "id"), status_of(job, screen), note_of(job)});
  }
  return lines.text() + '\n' + table.text(screen);
}

}  // namespace jobledger::daemon::cli
