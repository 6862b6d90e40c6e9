// A TIFF picture: its directory is held against the file here, libtiff behind ITK decodes the
// pixels, in a child.
#include <itkTIFFImageIO.h>

#include "core/error.h"
#include "core/files.h"
#include "data/io/formats/picture.h"
#include "data/io/itk/child.h"
#include "data/io/itk/itk.h"

namespace myoseg::itk_io {
namespace {

Image read_here(const std::filesystem::path& file) {
  const std::string name = file.string();
  const Picture picture = tiff_header(MappedFile(file).bytes(), name);
  std::vector<std::byte> values(picture.bytes());
  const auto io = itk::TIFFImageIO::New();
  itk::Object::SetGlobalWarningDisplay(false);
  try {
    io->SetFileName(name);
    io->ReadImageInformation();
    const auto component = picture.bits == 8 ? itk::IOComponentEnum::UCHAR  //
                                             : itk::IOComponentEnum::USHORT;
    if (io->GetComponentType() != component ||
        static_cast<std::size_t>(io->GetImageSizeInBytes()) != picture.bytes())
      throw data_error(
          "{}: its pixels are laid out as is not read (in tiles, as JPEG, turned); export it in "
          "strips from the top, uncompressed",
          name);
    io->Read(values.data());
  } catch (const itk::ExceptionObject&) {
    throw data_error("{}: its pixels are damaged or cannot be decoded; export it again", name);
  }
  return grey_image(picture, values, name);
}

}  // namespace

Image read_tiff(const std::filesystem::path& file) {
  return read_in_child(file.string(), [&](const Checkpoint& checkpoint) {
    Image image = read_here(file);
    // libtiff says what it misses and goes on.
    if (checkpoint().find("TIFF") != std::string::npos)
      throw data_error("{}: its pixels are damaged or cannot be decoded; export it again",
                       file.string());
    return image;
  });
}

}  // namespace myoseg::itk_io
