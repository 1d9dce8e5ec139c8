#include "daemon/cli/explanation_text.h"

#include "daemon/cli/fields.h"
#include "daemon/cli/tree_text.h"
#include "daemon/render/one_line.h"

namespace jobledger::daemon::cli {
namespace {

std::string entry_number(const json::Value& entry) {
  return "#" + text_of(entry, "index");
}

/// `, with its parent`: by the cause of a link.
std::string why(const json::Value& link) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"requested", ", as asked for"},
      {"parent", ", with its parent"},
      {"child", ", with its child"},
      {"sibling", ", with its sibling"},
      {"batch", ", with its batch"},
      {"child-finished", ", since its last child finished"},
      {"lease-ended", ", since its lease ended"},
      {"stopped", ", since its worker stopped as asked"},
      {"undo", ", by an undo"},
  };
  std::string cause = text_of(link, "cause");
  if (cause == "child-failed") {
    bool parent = text_of(link, "event") == "JobFailed";
    return parent ? ", since its child failed" : ", since its sibling failed";
  }
  for (const auto& [name, words] : kWords) {
    if (name == cause) return std::string(words);
  }
  return cause.empty() ? "" : ", " + cause;
}

/// Draws the tree of one answer.
class Drawing {
 public:
  Drawing(const json::Value& answer, const Style& style) : answer_(answer), style_(style) {}

  TreeText tree() const {
    TreeText root{style_.strong(text_of(answer_, "id")) + "  " +
                  style_.status(text_of(answer_, "status")) + "  since " +
                  text_of(answer_, "time")};
    root.below.push_back(way(items_of(answer_, "chain"), items_of(answer_, "commands"), 0, 0));
    add_waits(root);
    for (const json::Value& turn : items_of(answer_, "before")) {
      root.below.push_back({"before: " + text_of(turn, "what") + by(turn)});
    }
    add_refused(root, "lateReports", "late: ");
    add_refused(root, "refusedAttempts", "refused: ");
    return root;
  }

 private:
  /// ` by WHO  TIME  #INDEX`
  std::string by(const json::Value& entry) const {
    return " by " + who(entry) +
           style_.faint("  " + text_of(entry, "time") + "  " + entry_number(entry));
  }

  std::string change(const json::Value& link) const {
    std::string event = text_of(link, "event");
    if (event == "StopRequested") return "asked to stop";
    if (event == "StopWithdrawn") return "told to go on";
    std::string before = text_of(link, "before");
    std::string after = style_.status(text_of(link, "after"));
    return before.empty() ? after : style_.status(before) + " → " + after;
  }

  /// The link at `at`, with the command of its entry or the next link below it.
  TreeText way(const std::vector<json::Value>& chain, const std::vector<json::Value>& commands,
               std::size_t at, std::size_t command) const {
    if (at >= chain.size()) return {"…"};
    const json::Value& link = chain[at];
    std::string id = text_of(link, "id");
    bool itself = id == text_of(answer_, "id");
    TreeText node{(itself ? "" : id + "  ") + change(link) + why(link)};
    bool more = at + 1 < chain.size();
    bool same_entry = more && text_of(chain[at + 1], "index") == text_of(link, "index");
    if (!same_entry && command < commands.size()) {
      node.below.push_back(command_node(commands[command]));
    }
    if (more) node.below.push_back(way(chain, commands, at + 1, command + (same_entry ? 0 : 1)));
    return node;
  }

  TreeText command_node(const json::Value& command) const {
    TreeText node{style_.strong(text_of(command, "type")) + by(command)};
    auto add = [&](const std::string& name, const std::string& text) {
      if (!text.empty()) node.below.push_back({name + text});
    };
    if (auto actor = command.find("actor")) {
      std::string from = text_of(*actor, "address");
      std::string client = text_of(*actor, "client");
      add("from ", from + (client.empty() ? "" : " with " + client));
      add("token ", text_of(*actor, "tokenId"));
    }
    add("request ", text_of(command, "requestId"));
    add("trace ", text_of(command, "traceparent"));
    std::string reason = text_of(command, "reason");
    if (!reason.empty()) node.below.push_back({"reason: " + style_.strong(reason)});
    add("undone by #", text_of(command, "undoneBy"));
    return node;
  }

  void add_waits(TreeText& root) const {
    std::vector<json::Value> children = items_of(answer_, "waitsFor");
    if (children.empty()) return;
    TreeText node{"waits for"};
    for (const json::Value& child : children) {
      node.below.push_back({text_of(child, "id") + "  " + style_.status(text_of(child, "status"))});
    }
    auto omitted = answer_.find("omitted");
    std::int64_t more = omitted ? number_of(*omitted, "waitsFor") : 0;
    if (more > 0) node.below.push_back({"and " + std::to_string(more) + " more"});
    root.below.push_back(std::move(node));
  }

  void add_refused(TreeText& root, const char* name, const char* word) const {
    for (const json::Value& entry : items_of(answer_, name)) {
      auto refusal = entry.find("refusal");
      std::string code = refusal ? text_of(*refusal, "code") : "";
      root.below.push_back({word + text_of(entry, "type") + " (" + code + ")" + by(entry)});
    }
  }

  const json::Value& answer_;
  const Style& style_;
};

}  // namespace

std::string explanation_text(const json::Value& answer, const Style& style) {
  std::string text;
  if (auto sentences = answer.is_object() ? answer.find("sentences") : std::nullopt;
      sentences && sentences->is_array()) {
    for (json::Value sentence : sentences->elements()) {
      if (sentence.is_string()) {
        text += render::one_line(std::string(sentence.string())) + '\n';
      }
    }
  }
  return text + '\n' + draw(Drawing(answer, style).tree());
}

}  // namespace jobledger::daemon::cli
