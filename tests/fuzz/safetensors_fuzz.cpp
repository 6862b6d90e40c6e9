#include "models/weights/safetensors_header.h"
#include "tests/fuzz/bytes.h"

// The JSON at the head of a safetensors file, against data of a kibibyte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  return fuzz::answered([&] {
    const SafetensorsHeader header = parse_header(fuzz::as_text(data, size), 1024, "x");
    (void)write_header(header);
  });
}
