#include "models/weights/torch_file/unpickle.h"
#include "models/weights/torch_file/zip.h"
#include "tests/fuzz/bytes.h"

// A pickle, and the archive that PyTorch puts it into.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myoseg;
  const std::string text = fuzz::as_text(data, size);
  fuzz::answered([&] { (void)unpickle(text, "x"); });
  return fuzz::answered([&] {
    const StoredZip zip(text, "x");
    for (const std::string& name : zip.names()) (void)zip.find(name);
  });
}
