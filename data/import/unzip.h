// zip archives of an export, unpacked where its owner alone can look. Inside data/ only.
#pragma once

#include <filesystem>
#include <vector>

namespace myoseg {

[[nodiscard]] bool is_zip(const std::filesystem::path& file);  // by its first bytes

// Unpacks every file of the archive below `folder`, by its name there, with the archive's time of
// writing. Error(bad_data) naming the archive when it is damaged, encrypted, larger than 4 GiB a
// file, compressed otherwise than by deflate, or has a name that leads out of the folder.
void unzip(const std::filesystem::path& archive, const std::filesystem::path& folder);

// A folder for what is unpacked, which goes with the object.
class Scratch {
 public:
  // The same name for the same `purpose`, so that files in it can be known again. Error(failed)
  // when it cannot be made or belongs to somebody else.
  explicit Scratch(const std::filesystem::path& purpose);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace myoseg
