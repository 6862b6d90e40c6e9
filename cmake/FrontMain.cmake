# Writes the front program's main(): cmake -D ENGINE=PROGRAM -D OUT=FILE -P FrontMain.cmake
execute_process(COMMAND "${ENGINE}" completion manual OUTPUT_VARIABLE manual COMMAND_ERROR_IS_FATAL ANY)
file(WRITE "${OUT}" "// Written by cmake/FrontMain.cmake.
#include \"experiments/cli/front.h\"

int main(int argc, char** argv) {
  return myoseg::run_front(argc, argv, R\"manual(${manual})manual\");
}
")
