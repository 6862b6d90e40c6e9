#include "data/import/pseudonyms.h"

#include <fmt/format.h>

#include <random>

#include "core/sha256.h"

namespace myoseg {

std::string Pseudonyms::new_salt() {
  std::random_device random;  // the kernel's
  std::string salt;
  for (int i = 0; i < 8; ++i) salt += fmt::format("{:08x}", random());
  return salt;
}

std::string Pseudonyms::digits(const char* kind, const std::string& text, std::size_t count) const {
  return sha256(salt_ + '\0' + kind + '\0' + text).substr(0, count);
}

std::string Pseudonyms::patient(const std::string& patient) const {
  return "p" + digits("patient", patient, 10);
}

std::string Pseudonyms::site(const std::string& institution) const {
  return institution.empty() ? "" : "s" + digits("site", institution, 4);
}

std::string Pseudonyms::series(const std::string& patient_text, const std::string& uid) const {
  return patient(patient_text) + "_" + digits("series", uid, 8);
}

}  // namespace myoseg
