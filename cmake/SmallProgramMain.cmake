# Writes the small program's main(): cmake -D ENGINE=PROGRAM -D OUT=FILE -P SmallProgramMain.cmake
execute_process(COMMAND "${ENGINE}" completion manual OUTPUT_VARIABLE manual COMMAND_ERROR_IS_FATAL ANY)
file(WRITE "${OUT}" "// Written by cmake/SmallProgramMain.cmake.
#include \"experiments/cli/small_program.h\"

int main(int argc, char** argv) {
  return myoseg::run_small_program(argc, argv, R\"manual(${manual})manual\");
}
")
