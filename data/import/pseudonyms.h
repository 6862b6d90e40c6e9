// Names that lead back to nobody without the salt: the first digits of a salted SHA-256.
#pragma once

#include <string>

namespace myoseg {

class Pseudonyms {
 public:
  // A salt is 64 hexadecimal digits; whoever has it can test guesses.
  explicit Pseudonyms(std::string salt) : salt_(std::move(salt)) {}
  [[nodiscard]] static std::string new_salt();  // of the system's random numbers
  [[nodiscard]] const std::string& salt() const { return salt_; }

  [[nodiscard]] std::string patient(const std::string& patient) const;   // "p3fa9c1d27e"
  [[nodiscard]] std::string site(const std::string& institution) const;  // "s4e1b"; "" of none
  [[nodiscard]] std::string series(const std::string& patient,
                                   const std::string& series_uid) const;  // "p3fa9c1d27e_4e1b7a90"

 private:
  [[nodiscard]] std::string digits(const char* kind, const std::string& text,
                                   std::size_t count) const;
  std::string salt_;
};

}  // namespace myoseg
