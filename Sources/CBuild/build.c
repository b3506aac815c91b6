#include "caretaker_build.h"

const char *caretaker_build_revision(void) { return CARETAKER_REVISION; }
