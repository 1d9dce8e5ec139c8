#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/config/load.h"
#include "tests/daemon/config/temp_file.h"

using namespace jobledger::daemon::config;
using jobledger::tests::TempFile;

namespace {

std::string complaint(const Sources& sources) {
  auto loaded = load(sources);
  return loaded ? "" : loaded.error().message;
}

std::string complaint_about_file(std::string_view content, const TempFile& file) {
  std::ofstream(file.path(), std::ios::binary) << content;
  return complaint({file.path(), {}, {}});
}

}  // namespace

TEST_CASE("load: with no source every setting is its default") {
  auto loaded = load({});
  REQUIRE(loaded);
  CHECK(loaded->settings == Settings{});
  for (const auto& [name, origin] : loaded->origins) CHECK(origin == "default");
  CHECK(loaded->origins.count("limits.page_size") == 1);
}

TEST_CASE("load: a flag goes over the environment over the file over the default") {
  TempFile file(
      "listen = \"[::1]:1\"\n"
      "log.level = \"debug\"\n"
      "[limits]\n"
      "page_size = 11\n"
      "tree_depth = 12\n"
      "tree_jobs = 13\n");
  Sources sources{file.path(),
                  {{"JOBLEDGER_LIMITS_TREE_DEPTH", "22"}, {"JOBLEDGER_LIMITS_TREE_JOBS", "23"}},
                  {{"limits.tree_jobs", "33"}}};
  auto loaded = load(sources);
  REQUIRE(loaded);
  CHECK(loaded->settings.limits.page_size == 11);
  CHECK(loaded->settings.limits.tree_depth == 22);
  CHECK(loaded->settings.limits.tree_jobs == 33);
  CHECK(loaded->settings.listen == ListenAddress{"::1", 1});
  CHECK(loaded->settings.log.level == jobledger::daemon::log::Level::debug);
  CHECK(loaded->origins["listen"] == "file " + file.path() + ":1");
  CHECK(loaded->origins["limits.page_size"] == "file " + file.path() + ":4");
  CHECK(loaded->origins["limits.tree_depth"] == "variable JOBLEDGER_LIMITS_TREE_DEPTH");
  CHECK(loaded->origins["limits.tree_jobs"] == "flag --limits-tree-jobs");
  CHECK(loaded->origins["limits.burst"] == "default");
}

TEST_CASE("load: JOBLEDGER_CONFIG names the file unless the flag does") {
  TempFile one("[limits]\npage_size = 1\n");
  TempFile two("[limits]\npage_size = 2\n");
  auto from_variable = load({"", {{"JOBLEDGER_CONFIG", one.path()}}, {}});
  REQUIRE(from_variable);
  CHECK(from_variable->settings.limits.page_size == 1);
  auto from_flag = load({two.path(), {{"JOBLEDGER_CONFIG", one.path()}}, {}});
  REQUIRE(from_flag);
  CHECK(from_flag->settings.limits.page_size == 2);
}

TEST_CASE("load: variables of others, and of the command line, do not count") {
  CHECK(load({"", {{"PATH", "x"}, {"JOBLEDGER_URL", "x"}, {"JOBLEDGER_TOKEN", "x"}}, {}}));
}

TEST_CASE("load: what others can reach is encrypted, unless told otherwise") {
  const std::string told = complaint({"", {}, {{"listen", "0.0.0.0:8080"}}});
  for (const char* remedy : {"tls.certificate", "tls.key", "127.0.0.1", "tls.allow_plain = true"}) {
    CHECK_THAT(told, Catch::Contains(remedy));
  }
  CHECK(load({"", {}, {{"listen", "127.0.0.1:8080"}}}));
  CHECK(load({"", {}, {{"listen", "0.0.0.0:8080"}, {"tls.allow_plain", "true"}}}));
  CHECK(load({"", {}, {{"listen", "[::]:80"}, {"tls.certificate", "a"}, {"tls.key", "b"}}}));
}

TEST_CASE("load: a certificate, its key and the CA of clients go together") {
  CHECK_THAT(complaint({"", {}, {{"tls.certificate", "a"}}}), Catch::Contains("tls.key"));
  CHECK_THAT(complaint({"", {}, {{"tls.key", "a"}}}), Catch::Contains("tls.certificate"));
  CHECK_THAT(complaint({"", {}, {{"tls.client_ca", "a"}}}), Catch::Contains("tls.client_ca"));
}

TEST_CASE("load: an unknown variable is a complaint") {
  CHECK(complaint({"", {{"JOBLEDGER_LIMITS_PAGESIZE", "1"}}, {}}) ==
        "variable JOBLEDGER_LIMITS_PAGESIZE: there is no such setting; unset it, or see --help");
}

TEST_CASE("load: a complaint names its origin and what is allowed") {
  CHECK(complaint({"", {{"JOBLEDGER_LIMITS_PAGE_SIZE", "0"}}, {}}) ==
        "variable JOBLEDGER_LIMITS_PAGE_SIZE: limits.page_size must be an integer from 1 to 1000, "
        "not \"0\"");
  CHECK(complaint({"", {}, {{"log.format", "xml"}}}) ==
        "flag --log-format: log.format must be one of text, json, not \"xml\"");
}

TEST_CASE("load: the complaint about a file names the line") {
  TempFile file;
  const std::string& path = file.path();
  auto [content, line, words] = GENERATE(table<std::string, std::string, std::string>({
      {"\n[limits]\npagesize = 1\n", ":3: ", "limits.pagesize: there is no such setting"},
      {"colour = 1\n", ":1: ", "colour: there is no such setting"},
      {"\n[limts]\n", ":2: ", "limts: there is no such setting"},
      {"limits = 3\n", ":1: ", "limits: there is no such setting"},
      {"\"limits.page_size\" = 3\n", ":1: ", "\"limits.page_size\": there is no such setting"},
      {"[limits.page_size]\n", ":1: ", "limits.page_size: there is no such setting"},
      {"[[limits]]\npage_size = 1\n", ":1: ", "limits: there is no such setting"},
      {"[limits]\npage_size = \"1\"\n", ":2: ", "an integer from 1 to 1000, without quotes"},
      {"[limits]\npage_size = 1.5\n", ":2: ", "an integer from 1 to 1000, without quotes"},
      {"[limits]\npage_size = -1\n", ":2: ", "an integer from 1 to 1000, not \"-1\""},
      {"listen = 8080\n", ":1: ", "the port from 0 to 65535, in quotes"},
      {"[log]\nlevel = true\n", ":2: ", "one of debug, info, warn, error, in quotes"},
      {"\n\nlisten = \n", ":3: ", "not TOML"},
      {"listen = \"a:1\"\nlisten = \"a:1\"\n", ":2: ", "not TOML"},
  }));
  CAPTURE(content);
  std::string complaint = complaint_about_file(content, file);
  CHECK_THAT(complaint, Catch::Contains(path + line));
  CHECK_THAT(complaint, Catch::Contains(words));
}

TEST_CASE("load: everything that is wrong is told at once, the overridden too") {
  TempFile file("listen = 1\ncolour = 2\n[limits]\npage_size = 0\n");
  std::string all = complaint({file.path(),
                               {{"JOBLEDGER_NO", ""}, {"JOBLEDGER_LIMITS_PAGE_SIZE", "x"}},
                               {{"limits.page_size", "5"}, {"log.level", ""}}});
  CHECK(std::count(all.begin(), all.end(), '\n') == 5);
  CHECK_THAT(all, Catch::Contains("page_size must be an integer from 1 to 1000, not \"0\""));
}

TEST_CASE("load: a file that cannot be read is a complaint") {
  CHECK_THAT(complaint({"/nonexistent/a.toml", {}, {}}),
             Catch::Contains("/nonexistent/a.toml") && Catch::Contains("No such file"));
  std::string directory = std::filesystem::temp_directory_path().string();
  CHECK_THAT(complaint({directory, {}, {}}), Catch::Contains("Is a directory"));
}

TEST_CASE("load: the environment of the process is read") {
  setenv("JOBLEDGER_TEST_OF_THE_ENVIRONMENT", "a=b", 1);
  Pairs environment = process_environment();
  unsetenv("JOBLEDGER_TEST_OF_THE_ENVIRONMENT");
  std::pair<std::string, std::string> expected{"JOBLEDGER_TEST_OF_THE_ENVIRONMENT", "a=b"};
  CHECK(std::count(environment.begin(), environment.end(), expected) == 1);
}
