// The small program that users start. It answers what needs no network, no image and no GPU, and
// becomes the large one for the rest: loading LibTorch alone takes half a second.
#pragma once

namespace myoseg {

// Runs the program. `manual_json` is the large program's manual (experiments/cli/manual.h).
int run_small_program(int argc, char** argv, const char* manual_json);

}  // namespace myoseg
