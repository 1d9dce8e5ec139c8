#include <catch2/catch.hpp>

#include "daemon/cli/table.h"
#include "daemon/cli/text_width.h"

namespace jobledger::daemon::cli {
namespace {

using Kind = Table::Kind;

Screen terminal(std::size_t columns) {
  return {Style(true), columns, "2026"};
}

Table jobs() {
  Table table({{"JOB"}, {"DONE", Kind::number}, {"NOTE", Kind::text}, {"BY", Kind::text}});
  table.add({"a", "5%", "the logo was wrong", "portal"});
  table.add({"b", "100%", "x", "a"});
  return table;
}

}  // namespace

TEST_CASE("the width of a text is what it takes on a terminal") {
  CHECK(text_width("") == 0);
  CHECK(text_width("queued") == 6);
  CHECK(text_width("\x1b[31mqueued\x1b[0m") == 6);
  CHECK(text_width("größer…") == 7);
  CHECK(text_width("取消") == 4);
  CHECK(text_width("e\u0301") == 1);
  CHECK(text_width("\xff\xfe") == 2);
}

TEST_CASE("a text is cut between characters") {
  CHECK(cut_to_width("wrong logo", 10) == "wrong logo");
  CHECK(cut_to_width("wrong logo", 6) == "wrong…");
  CHECK(cut_to_width("größer", 4) == "grö…");
  CHECK(cut_to_width("取消取消", 4) == "取…");
  CHECK(cut_to_width("取消取消", 1) == "…");
  CHECK(cut_to_width("abc", 0).empty());
}

TEST_CASE("a text is wrapped at its spaces, and a long word is left whole") {
  CHECK(wrapped("one two three", 7) == "one two\nthree");
  CHECK(wrapped("one", 2) == "one");
  CHECK(wrapped("a\nb c", 3) == "a\nb c");
  CHECK(wrapped("", 10).empty());
}

TEST_CASE("off a terminal a table is plain and whole") {
  CHECK(jobs().text(Screen{}) ==
        "JOB  DONE  NOTE                BY\n"
        "a      5%  the logo was wrong  portal\n"
        "b    100%  x                   a\n");
}

TEST_CASE("on a terminal the widest texts are cut until the line fits, and heads stand out") {
  CHECK(jobs().text(terminal(31)) ==
        "\x1b[1mJOB  DONE  NOTE          BY\x1b[0m\n"
        "a      5%  the logo wa…  portal\n"
        "b    100%  x             a\n");
  CHECK(jobs().body(terminal(40)) == jobs().body(Screen{}));
}

TEST_CASE("a terminal that is too narrow for what is never cut gets it all the same") {
  CHECK(jobs().body(terminal(10)) ==
        "a      5%  the l…  portal\n"
        "b    100%  x       a\n");
}

TEST_CASE("colours in a cell do not move the columns") {
  Table table({{"STATUS"}, {"NOTE", Kind::text}});
  table.add({Style(true).status("queued"), "-"});
  table.add({"render:dorender", "-"});
  CHECK(table.body(Screen{}) ==
        "\x1b[33mqueued\x1b[0m           -\n"
        "render:dorender  -\n");
}

TEST_CASE("a time is short on a terminal, and whole elsewhere") {
  CHECK(Screen{}.time("2026-11-28T22:49:37.123Z") == "2026-11-28T22:49:37.123Z");
  CHECK(terminal(80).time("2026-11-28T22:49:37.123Z") == "Nov 28 22:49:37");
  CHECK(terminal(80).time("2025-01-02T00:00:00.000Z") == "Jan 02 2025");
  CHECK(terminal(80).time("-") == "-");
  CHECK(terminal(80).time("2026-99-28T22:49:37.123Z") == "2026-99-28T22:49:37.123Z");
}

}  // namespace jobledger::daemon::cli
