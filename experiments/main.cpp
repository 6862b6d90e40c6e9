#include "experiments/cli/command_line.h"

int main(int argc, char** argv) { return myoseg::run_command_line(argc, argv); }
