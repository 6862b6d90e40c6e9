#include "core/config/tree/yaml_source.h"

#include <algorithm>

namespace myoseg {
namespace {

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80                     ? 1
                             : (lead >= 0xC2 && lead < 0xE0) ? 2
                             : (lead & 0xF0) == 0xE0         ? 3
                             : (lead >= 0xF0 && lead < 0xF5) ? 4
                                                             : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

Origin YamlSource::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  Origin origin{name_, 1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    if (text_[i] == '\n') {
      ++origin.line;
      origin.column = 1;
    } else if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) {
      ++origin.column;
    }
  }
  return origin;
}

std::string_view YamlSource::line(int number) const {
  std::size_t from = 0;
  while (--number > 0 && from != std::string_view::npos) from = text_.find('\n', from) + 1;
  return text_.substr(from, text_.find('\n', from) - from);
}

ConfigError YamlSource::fault(const Origin& origin, const std::string& what,
                              ConfigFault kind) const {
  return {kind, origin.text() + ": " + what};
}

void check_characters(const YamlSource& source) {
  const std::string_view text = source.text();
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0)
      throw source.fault(source.at(i), "the file is not UTF-8 text here; save it as UTF-8");
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
      throw source.fault(source.at(i), "a control character is not allowed in YAML");
    i += length;
  }
}

std::string quoting_advice(std::string_view line) {
  const bool bracket = line.find_first_of("[{") != std::string_view::npos;
  const bool wants_quotes =
      line.find("${") != std::string_view::npos || line.find("???") != std::string_view::npos;
  return bracket && wants_quotes ? "; inside [..] and {..} quote it: '${..}', '?\?\?'" : "";
}

std::optional<Origin> indenting_tab(const YamlSource& source, const Origin& fault) {
  for (int number = fault.line; number > 0; --number) {
    const std::string_view line = source.line(number);
    const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
    if (tab != std::string_view::npos)
      return Origin{fault.source, number, static_cast<int>(tab) + 1};
  }
  return std::nullopt;
}

// Notes where a quoted or block scalar stands: only there (and in comments) may tabs be. The
// parser does not mind a quote that is never closed, so that is found here.
void TabGuard::quoted_at(std::size_t at) {
  const std::string_view text = source_.text();
  while (at < text.size() && (text[at] == '!' || text[at] == '&'))
    at =
        text.find_first_not_of(" \t\r\n", std::min(text.find_first_of(" \t\r\n", at), text.size()));
  if (at >= text.size()) return;
  if (text[at] == '|' || text[at] == '>') block_ = at;
  if (text[at] != '\'' && text[at] != '"') return;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[at] == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at]) {
      const bool doubled = text[at] == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
      if (!doubled) {
        protected_.emplace_back(at, i + 1);
        return;
      }
      ++i;
    }
  }
  throw source_.fault(source_.at(at), "this quote is never closed");
}

// A block scalar reaches to whatever comes next.
void TabGuard::something_at(std::size_t at) {
  if (block_) protected_.emplace_back(*block_, at);
  block_.reset();
}

// After the last event: no tab may stand outside quotes, block scalars and comments.
void TabGuard::refuse() {
  const std::string_view text = source_.text();
  if (block_) protected_.emplace_back(*block_, text.size());
  auto next = protected_.begin();
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (next != protected_.end() && next->second <= i) ++next;
    if (next != protected_.end() && i >= next->first)
      i = next->second - 1;
    else if (text[i] == '\t')
      throw source_.fault(source_.at(i), "a tab cannot stand here; use spaces");
    else if (text[i] == '#' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\n'))
      i = std::min(text.find('\n', i), text.size());
  }
}

}  // namespace myoseg
