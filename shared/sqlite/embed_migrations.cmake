# Writes OUTPUT: FUNCTION returns the SQL files of FOLDER in order. Run at build time by depops_embed_migrations().
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
string(REGEX MATCH "^(.*)::([a-z_]+)$" matched "${FUNCTION}")
set(namespace ${CMAKE_MATCH_1})
set(name ${CMAKE_MATCH_2})
set(rows "")
set(expected 1)
foreach(file ${files})
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^[0-9][0-9][0-9]$")
    message(FATAL_ERROR "${file}: a migration is named NNN.sql")
  endif()
  math(EXPR number "1${stem} - 1000")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: the next migration is number ${expected}; there are no holes and none is ever removed")
  endif()
  math(EXPR expected "${expected} + 1")
  file(READ ${file} sql)
  string(APPEND rows "    {${number}, R\"MIGRATION(${sql})MIGRATION\"},\n")
endforeach()
if(rows STREQUAL "")
  message(FATAL_ERROR "${FOLDER}: no migrations; the first is 001.sql")
endif()
file(WRITE ${OUTPUT}.new "#include <span>

#include \"shared/sqlite/migrations.h\"

namespace ${namespace} {

std::span<const depops::sqlite::Migration> ${name}();

std::span<const depops::sqlite::Migration> ${name}() {
  static const depops::sqlite::Migration kAll[] = {
${rows}  };
  return kAll;
}

}  // namespace ${namespace}
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
