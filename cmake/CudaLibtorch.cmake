# A LibTorch for GPUs as its libraries and headers alone: TORCH_FOLDER is an unpacked archive or the `torch` folder of a
# Python environment. LibTorch's own CMake files ask for the whole CUDA toolkit, of which myoseg compiles nothing.
add_library(torch INTERFACE)
target_include_directories(torch SYSTEM INTERFACE "${TORCH_FOLDER}/include"
  "${TORCH_FOLDER}/include/torch/csrc/api/include")
# Sums over processes on processors: of Gloo's classes only pointers are held, so that Debian's headers (libgloo-dev) do for
# a LibTorch that has a later Gloo in it.
target_compile_definitions(torch INTERFACE USE_DISTRIBUTED USE_C10D_GLOO)
# Nothing calls the GPU's library by name: it is there for what it registers when it is loaded.
target_link_libraries(torch INTERFACE -Wl,--no-as-needed "${TORCH_FOLDER}/lib/libtorch_cuda.so"
  "${TORCH_FOLDER}/lib/libtorch_cpu.so" "${TORCH_FOLDER}/lib/libc10_cuda.so" "${TORCH_FOLDER}/lib/libc10.so"
  -Wl,--as-needed)
# What its libraries need of one another is found at run time by paths of their own.
add_link_options(LINKER:--allow-shlib-undefined)
list(APPEND CMAKE_BUILD_RPATH "${TORCH_FOLDER}/lib")
list(APPEND CMAKE_INSTALL_RPATH "${TORCH_FOLDER}/lib")
set(TORCH_INCLUDE_DIRS "${TORCH_FOLDER}/include")

# Headers of the CUDA libraries, for recorded steps (MYOSEG_CUDA_HEADERS), and NCCL's, for sums over processes on GPUs:
# from the wheels beside torch, or where the compiler finds them.
file(GLOB cuda_headers "${TORCH_FOLDER}/../nvidia/*/include")
if(cuda_headers)
  target_include_directories(torch SYSTEM INTERFACE ${cuda_headers})
endif()
find_path(NCCL_HEADERS nccl.h HINTS ${cuda_headers})
find_path(CUDA_HEADERS cuda_runtime_api.h HINTS ${cuda_headers})
if(CUDA_HEADERS)
  target_include_directories(torch SYSTEM INTERFACE "${CUDA_HEADERS}")
  target_compile_definitions(torch INTERFACE MYOSEG_CUDA_HEADERS)
  if(NCCL_HEADERS)
    target_include_directories(torch SYSTEM INTERFACE "${NCCL_HEADERS}")
    target_compile_definitions(torch INTERFACE USE_C10D_NCCL)
  endif()
endif()
