#include "load.h"

namespace jobledger::daemon::e2e {
namespace {

constexpr std::string_view kNotation = "root(a b(c d(e)))";
const std::vector<std::string> kLeaves = {"a", "c", "e"};

bool is_waiting(const std::string& status) {
  return status == "queued" || status == "pending";
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

Answer LoadClient::ask(http::Client& client, std::string_view method, const std::string& target,
                       const std::string& body) {
  if (!client.try_send(request_text(method, target, token_, body))) return {};
  Answer answer = read_answer(client);
  if (answer.status != 0) last_version_ = std::max(last_version_, answer.version());
  return answer;
}

bool LoadClient::step(http::Client& client) {
  unsure_.clear();
  if (planted_.empty() || below(3) == 0) return plant(client);
  Planted& planted = planted_[below(planted_.size())];
  if (planted.touched) return plant(client);
  return below(2) == 0 ? cancel(client, planted) : claim(client, planted);
}

bool LoadClient::plant(http::Client& client) {
  Answer answer = ask(client, "POST", "/api/v2/jobs", tree_body(kNotation));
  if (answer.status != 201) return false;
  Tree tree(kNotation, answer.body);
  for (const std::string& name : tree.names()) {
    bool leaf = std::find(kLeaves.begin(), kLeaves.end(), name) != kLeaves.end();
    told_[tree[name]] = leaf ? "queued" : "pending";
  }
  planted_.push_back({std::move(tree)});
  return true;
}

bool LoadClient::cancel(http::Client& client, Planted& planted) {
  const std::string& job = planted.tree[planted.tree.names()[below(planted.tree.names().size())]];
  unsure_ = job;
  planted.touched = true;
  Answer answer = ask(client, "PATCH", "/api/v2/jobs/" + job + "/cancel", "");
  if (answer.status == 200) {
    for (const Json& each : answer.body.items()) told_[each["id"].text()] = "manually_cancelled";
  }
  return answer.status == 200 || answer.status == 409;
}

bool LoadClient::claim(http::Client& client, Planted& planted) {
  const std::string& job = planted.tree[kLeaves[below(kLeaves.size())]];
  unsure_ = job;
  Answer answer =
      ask(client, "POST", "/api/v2/worker/claim", R"({"jobId":)" + json_text(job) + '}');
  if (answer.status == 200) told_[job] = "render:dorender";
  return answer.status == 200 || answer.status == 409;
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
      bool may_differ = unsure_ == id || (planted.touched && is_waiting(told_.at(id)));
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
