#include "bodies.h"

#include <stdexcept>

#include "daemon/json/writer.h"

namespace jobledger::daemon::e2e {
namespace {

struct Node {
  std::string name;
  std::string more;
  std::vector<Node> children;
};

/// Reads `name{members}(children)`, several with spaces between.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Node> read() {
    std::vector<Node> nodes;
    while (true) {
      while (peek() == ' ') ++at_;
      if (peek() == '\0' || peek() == ')') return nodes;
      nodes.push_back(read_one());
    }
  }

 private:
  Node read_one() {
    Node node;
    while (peek() != '\0' && std::string_view(" (){").find(peek()) == std::string_view::npos) {
      node.name += text_[at_++];
    }
    if (peek() == '{') {
      std::size_t end = text_.find('}', at_);
      node.more = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    }
    if (peek() == '(') {
      ++at_;
      node.children = read();
      ++at_;
    }
    return node;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

void append_members(std::string& out, const Node& node) {
  out +=
      R"("template":{"id":")" + std::string(kTemplate) + R"(","composition":")" + node.name + "\"}";
  if (!node.more.empty()) out += "," + node.more;
  if (node.children.empty()) return;
  out += R"(,"assets":[)";
  for (const Node& child : node.children) {
    if (out.back() != '[') out += ',';
    out += R"({"type":"job","layerName":")" + child.name + "\",";
    append_members(out, child);
    out += '}';
  }
  out += ']';
}

void collect(const std::vector<Node>& nodes, const std::vector<Json>& created,
             std::vector<std::string>& names, std::map<std::string, std::string>& ids) {
  if (nodes.size() != created.size()) throw std::runtime_error("another tree was created");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    names.push_back(nodes[i].name);
    ids[nodes[i].name] = created[i]["id"].text();
    collect(nodes[i].children, created[i]["children"].items(), names, ids);
  }
}

std::string list_of(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) {
    if (list.size() > 1) list += ',';
    list += item;
  }
  return list + ']';
}

}  // namespace

std::string job_body(std::string_view more) {
  std::string body = "{";
  append_members(body, {"main", std::string(more), {}});
  return body + '}';
}

std::string tree_body(std::string_view notation) {
  std::string body = "{";
  append_members(body, Reader(notation).read().front());
  return body + '}';
}

std::string nested_body(int depth) {
  std::string notation = "job1";
  for (int i = 2; i <= depth; ++i) notation += "(job" + std::to_string(i);
  return tree_body(notation + std::string(static_cast<std::size_t>(depth - 1), ')'));
}

std::string batch_body(const std::vector<std::string>& bodies) {
  return R"({"jobs":)" + list_of(bodies) + '}';
}

std::string id_list(const std::vector<std::string>& ids, std::string_view more) {
  std::vector<std::string> texts;
  for (const std::string& id : ids) texts.push_back(json_text(id));
  return R"({"jobs":)" + list_of(texts) + (more.empty() ? "" : "," + std::string(more)) + '}';
}

std::string json_text(std::string_view text) {
  std::string json;
  json::append_string(json, text);
  return json;
}

Tree::Tree(std::string_view notation, const Json& created) {
  collect(Reader(notation).read(), {created}, names_, ids_);
}

const std::string& Tree::operator[](const std::string& name) const {
  return ids_.at(name);
}

std::string Tree::names_of(const std::vector<std::string>& ids) const {
  std::string names;
  for (const std::string& id : ids) {
    if (!names.empty()) names += ' ';
    std::string known = id;
    for (const auto& [name, of] : ids_) {
      if (of == id) known = name;
    }
    names += known;
  }
  return names;
}

}  // namespace jobledger::daemon::e2e
