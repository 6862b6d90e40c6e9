// The program's command line: sub-commands, flags, overrides, exit codes.
#pragma once

namespace myoseg {

// Runs the program; returns its exit code (core/error.h). Nothing escapes as an exception.
int run_command_line(int argc, char** argv);

}  // namespace myoseg
