#include "data/import/attributes.h"

#include <charconv>

namespace myoseg {
namespace {

constexpr std::uint32_t kName = 0x00100010, kId = 0x00100020, kBirth = 0x00100030,
                        kSex = 0x00100040, kAge = 0x00101010;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "20060101" -> years and their fraction.
std::optional<double> years_of(const std::string& date) {
  if (date.size() != 8) return std::nullopt;
  const auto year = number(date.substr(0, 4)), month = number(date.substr(4, 2)),
             day = number(date.substr(6, 2));
  if (!year || !month || !day || *year < 1800) return std::nullopt;
  return *year + (*month - 1) / 12 + (*day - 1) / 365.25;
}

// Whole years; Patient's Age ("045Y", "018M"), else from the dates of birth and study.
std::optional<double> age_of(const DicomFile& file) {
  const std::string stated = file.text(kAge);
  if (stated.size() == 4)
    if (const auto count = number(stated.substr(0, 3))) {
      const char unit = stated[3];
      if (unit == 'Y') return count;
      if (unit == 'M') return static_cast<double>(static_cast<int>(*count / 12));
      if (unit == 'W' || unit == 'D') return *count > (unit == 'W' ? 52 : 365) ? 1 : 0;
    }
  const auto born = years_of(file.text(kBirth)), seen = years_of(file.text(0x00080020));
  if (!born || !seen || *seen < *born || *seen > *born + 130) return std::nullopt;
  return static_cast<double>(static_cast<int>(*seen - *born));
}

std::string first_value(std::string text) { return text.substr(0, text.find('\\')); }

}  // namespace

std::string patient_of(const DicomFile& file) {
  if (const std::string id = file.text(kId); !id.empty()) return "id " + id;
  const std::string name = file.text(kName), birth = file.text(kBirth);
  if (!name.empty()) return "name " + name + " " + birth;
  return "study " + file.text(0x0020000D);
}

ArchivedSeries series_of(const DicomFile& file) {
  ArchivedSeries s;
  static_cast<SeriesHeader&>(s) = series_header(file);
  s.patient = patient_of(file);
  s.patient_id = file.text(kId);
  s.study_uid = file.text(0x0020000D);
  s.kernel = first_value(file.text(0x00181210));
  s.manufacturer = file.text(0x00080070);
  s.model = file.text(0x00081090);
  s.institution = file.text(0x00080080);
  s.contrast = !file.text(0x00180010).empty();
  s.age = age_of(file);
  s.sex = file.text(kSex);
  if (s.sex != "F" && s.sex != "M" && s.sex != "O") s.sex.clear();
  s.kvp = file.decimal(0x00180060);
  s.mas = file.decimal(0x00181152);
  s.ctdi_mgy = file.real(0x00189345);
  return s;
}

}  // namespace myoseg
