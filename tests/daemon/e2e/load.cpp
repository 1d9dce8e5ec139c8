#include "load.h"

#include <algorithm>

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kNotation = "root(a b(c d(e)))";
const std::vector<std::string> kLeaves = {"a", "c", "e"};
constexpr std::size_t kRepeated = 20;

bool is_waiting(const std::string& status) {
  return status == "queued" || status == "pending";
}

/// The same answer. That of an error names its request, which is another.
bool is_same(const Answer& first, const Answer& again) {
  if (again.status != first.status || again.version() != first.version()) return false;
  return first.status < 400 ? again.text == first.text : again.body["code"] == first.body["code"];
}

}  // namespace

void LoadClient::run(std::atomic<int>& answers) {
  try {
    http::Client client(daemon_.port());
    while (step(client)) ++answers;
  } catch (const std::exception&) {
    // The daemon was killed before or while it was asked.
  }
}

LoadClient::Asked LoadClient::request(Kind kind, std::size_t tree, const std::string& job) {
  std::string key = "key-" + std::to_string(random_()) + '-' + std::to_string(random_());
  if (kind == Kind::plant) {
    return {kind, "POST", "/api/v2/jobs", tree_body(kNotation), key, tree, job, {}};
  }
  if (kind == Kind::cancel) {
    return {kind, "PATCH", "/api/v2/jobs/" + job + "/cancel", "", key, tree, job, {}};
  }
  std::string body = R"({"jobId":)" + json_text(job) + '}';
  return {kind, "POST", "/api/v2/worker/claim", body, key, tree, job, {}};
}

LoadClient::Asked LoadClient::next_request() {
  if (planted_.empty() || below(3) == 0) return request(Kind::plant, 0, "");
  std::size_t place = below(planted_.size());
  const Planted& planted = planted_[place];
  if (planted.touched) return request(Kind::plant, 0, "");
  if (below(2) == 0) return request(Kind::claim, place, planted.tree[kLeaves[below(3)]]);
  const auto& names = planted.tree.names();
  return request(Kind::cancel, place, planted.tree[names[below(names.size())]]);
}

bool LoadClient::step(http::Client& client) {
  Asked asked = next_request();
  if (asked.kind == Kind::cancel) planted_[asked.tree].touched = true;
  unsure_ = asked;
  std::string text = request_text(asked.method, asked.target, token_, asked.body,
                                  {{"Idempotency-Key", asked.key}});
  if (!client.try_send(text)) return false;
  asked.answer = read_answer(client);
  if (asked.answer.status == 0 || !take(asked, asked.answer)) return false;
  unsure_.reset();
  answered_.push_back(std::move(asked));
  if (answered_.size() > kRepeated) answered_.pop_front();
  return true;
}

bool LoadClient::take(const Asked& asked, const Answer& answer) {
  last_version_ = std::max(last_version_, answer.version());
  if (asked.kind == Kind::plant) {
    if (answer.status != 201) return false;
    Tree tree(kNotation, answer.body);
    for (const std::string& name : tree.names()) {
      bool leaf = std::find(kLeaves.begin(), kLeaves.end(), name) != kLeaves.end();
      told_[tree[name]] = leaf ? "queued" : "pending";
    }
    planted_.push_back({std::move(tree)});
    return true;
  }
  if (answer.status == 409) return true;
  if (answer.status != 200) return false;
  if (asked.kind == Kind::claim) told_[asked.job] = "render:dorender";
  if (asked.kind == Kind::cancel) {
    for (const Json& each : answer.body.items()) told_[each["id"].text()] = "manually_cancelled";
  }
  return true;
}

std::string LoadClient::repeat(Team& team) {
  std::string wrong;
  auto ask = [&](const Asked& asked) {
    return team.call(asked.method, asked.target, asked.body, {{"Idempotency-Key", asked.key}});
  };
  for (const Asked& asked : answered_) {
    Answer again = ask(asked);
    if (is_same(asked.answer, again) && again.header("Idempotency-Replayed") == "true") continue;
    wrong += asked.method + ' ' + asked.target + " was answered\n" + asked.answer.head +
             asked.answer.text + "\nand again\n" + again.head + again.text + '\n';
  }
  if (!unsure_) return wrong;
  Answer first = ask(*unsure_);
  if (!take(*unsure_, first)) return wrong + "refused: " + first.head + first.text + '\n';
  unsure_->answer = first;
  answered_.push_back(*unsure_);
  unsure_.reset();
  return wrong;
}

std::string LoadClient::judge(Team& team) const {
  std::string wrong;
  for (const Planted& planted : planted_) {
    int waiting = 0;
    int cancelled = 0;
    std::string seen;
    for (const std::string& name : planted.tree.names()) {
      const std::string& id = planted.tree[name];
      Answer answer = team.get("/api/v2/jobs/" + id);
      std::string status = answer.status == 200 ? answer.body["status"].text() : "gone";
      waiting += is_waiting(status);
      cancelled += status == "manually_cancelled";
      seen += name + "=" + status + " ";
      // Of a request without an answer nobody knows whether it was carried out, whole.
      bool may_differ = unsure_ && (unsure_->job == id ||
                                    (unsure_->kind == Kind::cancel && is_waiting(told_.at(id))));
      if (status != told_.at(id) && !may_differ) {
        wrong += id + " was said to be " + told_.at(id) + " and is " + status + "\n";
      }
    }
    if (waiting > 0 && cancelled > 0) wrong += "half-cancelled: " + seen + "\n";
    if (cancelled > 0 && !planted.touched) wrong += "cancelled by nobody: " + seen + "\n";
  }
  return wrong;
}

}  // namespace jobledger::daemon::e2e
