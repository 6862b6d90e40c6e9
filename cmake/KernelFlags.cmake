# The files of models/kernels that are compiled for one instruction set end in its name: _plain, _avx2, _avx512. Which of
# them run is decided when the program does.

function(myoseg_kernel_flags target)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "/models/kernels/")
  # A precompiled header is for one set of flags, and these files know nothing of LibTorch.
  foreach(source IN LISTS sources)
    set(flags -O3 -ffp-contract=fast)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
      if(source MATCHES "_avx2\\.cpp$")
        list(APPEND flags -mavx2 -mfma)
      elseif(source MATCHES "_avx512\\.cpp$")
        list(APPEND flags -mavx512f -mavx512vl -mavx512dq -mavx512bw -mfma -mprefer-vector-width=512)
      endif()
    endif()
    if(source MATCHES "_(plain|avx2|avx512)\\.cpp$")
      set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "${flags}" SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
endfunction()
