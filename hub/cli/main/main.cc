#include "hub/cli/run.h"

int main(int argc, char** argv) { return depops::hub::cli::run(argc, argv, DEPOPS_VERSION); }
