#include <catch2/catch.hpp>
#include <cstdlib>

#include "team.h"
#include "tests/support/temp_dir.h"

// GET /ledger/v1/jobs/{id}/tree?format=dot: the tree as a drawing for Graphviz.

namespace jobledger::daemon::e2e {
namespace {

std::string edge(const Tree& tree, const std::string& from, const std::string& to) {
  return "\"" + tree[from] + "\" -> \"" + tree[to] + "\"";
}

/// The line of the drawing that begins so; empty if there is none.
std::string line_of(const std::string& text, const std::string& begin) {
  std::size_t at = text.find("  " + begin);
  return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

}  // namespace

TEST_CASE("a tree as a drawing marks what a cascade cancelled and skipped, and why") {
  Team team = new_team();
  Tree tree = team.plant("root(a b(d e) c)");
  team.render(tree["c"]);
  team.claim(tree["d"]);
  team.cancel(tree["b"]);
  Answer drawing = team.get("/ledger/v1/jobs/" + tree["e"] + "/tree?format=dot");
  REQUIRE(drawing.status == 200);
  CHECK(drawing.header("Content-Type") == "text/vnd.graphviz; charset=utf-8");
  const std::string& text = drawing.text;
  auto node = [&](const std::string& name) {
    return line_of(text, "\"" + tree[name] + "\" [label=");
  };
  auto cause = [&](const std::string& from, const std::string& to) {
    return line_of(text, edge(tree, from, to) + " [style=dashed");
  };
  CHECK_THAT(node("b"), Catch::Contains("\\nmanually_cancelled\\nrequested\""));
  CHECK_THAT(node("a"), Catch::Contains("\\nmanually_cancelled\""));
  CHECK_THAT(node("c"), Catch::Contains("\\nfinished\\nskipped\""));
  CHECK_THAT(node("d"), Catch::Contains("\\nrender:dorender\\nskipped\""));
  CHECK_THAT(node("a"), Catch::Contains("label=\"" + tree["a"].substr(20) + "\\n"));
  CHECK_FALSE(line_of(text, edge(tree, "root", "a") + ";").empty());
  CHECK_FALSE(line_of(text, edge(tree, "b", "d") + ";").empty());
  CHECK_THAT(cause("b", "root"), Catch::Contains("label=\"child\""));
  CHECK_THAT(cause("b", "a"), Catch::Contains("label=\"sibling\""));
  CHECK_THAT(cause("b", "c"), Catch::Contains("label=\"sibling (skipped)\""));
  CHECK_THAT(cause("b", "d"), Catch::Contains("label=\"parent (skipped)\""));
  CHECK_THAT(cause("b", "e"), Catch::Contains("label=\"parent\""));
}

TEST_CASE("a drawing of a tree as it was before its cancel has no causes") {
  Team team = new_team();
  Tree tree = team.plant("root(a b)");
  std::string then = std::to_string(team.version());
  team.cancel(tree["a"]);
  std::string path = "/ledger/v1/jobs/" + tree["a"] + "/tree?format=dot";
  CHECK_THAT(team.get(path).text, Catch::Contains("dashed"));
  CHECK_THAT(team.get(path + "&asOf=" + then).text, !Catch::Contains("dashed"));
}

TEST_CASE("Graphviz draws what it is given") {
  if (std::system("command -v dot >/dev/null") != 0) {
    WARN("graphviz is not installed");
    return;
  }
  Team team = new_team();
  Tree tree = team.plant("root(a b(d e) c)");
  team.claim(tree["d"]);
  team.cancel(tree["b"]);
  tests::TempDir dir;
  std::string drawing = dir.path() + "/tree.dot";
  write_file(drawing, team.get("/ledger/v1/jobs/" + tree["a"] + "/tree?format=dot").text);
  REQUIRE(std::system(("dot -Tsvg -o " + drawing + ".svg " + drawing).c_str()) == 0);
  std::string svg = read_file(drawing + ".svg");
  for (const std::string& name : tree.names()) {
    CHECK_THAT(svg, Catch::Contains(tree[name].substr(20)));
  }
}

TEST_CASE("a tree is JSON unless asked otherwise, and an unknown format is 400") {
  Team team = new_team();
  std::string path = "/ledger/v1/jobs/" + team.create() + "/tree";
  CHECK(team.get(path + "?format=json").body == team.get(path).body);
  Answer refused = team.get(path + "?format=png");
  CHECK(refused.status == 400);
  CHECK(texts_of(refused.body["details"], "field") == "format");
}

}  // namespace jobledger::daemon::e2e
