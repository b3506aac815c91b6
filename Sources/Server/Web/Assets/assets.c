#include "web_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

/* Every file of the page stands here twice: as what it holds, and in the table. */

static const unsigned char layout_mustache[] = {
#embed "files/layout.mustache"
};
static const unsigned char message_mustache[] = {
#embed "files/message.mustache"
};
static const unsigned char overview_mustache[] = {
#embed "files/overview.mustache"
};
static const unsigned char runs_mustache[] = {
#embed "files/runs.mustache"
};
static const unsigned char run_row_mustache[] = {
#embed "files/run-row.mustache"
};
static const unsigned char signin_mustache[] = {
#embed "files/signin.mustache"
};
static const unsigned char page_css[] = {
#embed "files/page.css"
};
static const unsigned char page_js[] = {
#embed "files/page.js"
};
static const unsigned char signin_js[] = {
#embed "files/signin.js"
};
static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};

#define ASSET(name, bytes) { name, bytes, sizeof bytes }

static const struct web_asset assets[] = {
    ASSET("layout.mustache", layout_mustache),
    ASSET("message.mustache", message_mustache),
    ASSET("overview.mustache", overview_mustache),
    ASSET("runs.mustache", runs_mustache),
    ASSET("run-row.mustache", run_row_mustache),
    ASSET("signin.mustache", signin_mustache),
    ASSET("page.css", page_css),
    ASSET("page.js", page_js),
    ASSET("signin.js", signin_js),
    ASSET("icon.svg", icon_svg),
};

const struct web_asset *web_asset(size_t number) {
    return number < sizeof assets / sizeof *assets ? &assets[number] : NULL;
}
