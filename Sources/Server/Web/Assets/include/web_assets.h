#include <stddef.h>

/* A file of the web page. */
struct web_asset {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t length;
};

/* The file of a number from 0 on; NULL behind the last. */
const struct web_asset *_Nullable web_asset(size_t number);
