#ifndef CARETAKER_BUILD_H
#define CARETAKER_BUILD_H

/* The commit that was built, as Package.swift was told; Swift takes no words from a build's settings. */
const char *caretaker_build_revision(void);

#endif
