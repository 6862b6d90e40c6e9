#include "core/table/table.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  return fuzz::answered([&] { (void)to_csv(read_csv(fuzz::as_file(data, size, ".csv"))); });
}
