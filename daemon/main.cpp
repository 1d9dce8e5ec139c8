#include <exception>
#include <iostream>

#include "daemon/cli/commands.h"

int main(int argc, char** argv) {
  try {
    return jobledger::daemon::cli::run(argc, argv, {std::cout, std::cerr});
  } catch (const std::exception& error) {
    std::cerr << "jobledger: " << error.what() << '\n';
    return jobledger::daemon::cli::kCouldNot;
  }
}
