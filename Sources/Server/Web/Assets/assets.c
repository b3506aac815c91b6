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
static const unsigned char call_js[] = {
#embed "files/call.js"
};
static const unsigned char field_mustache[] = {
#embed "files/field.mustache"
};
static const unsigned char form_js[] = {
#embed "files/form.js"
};
static const unsigned char launch_mustache[] = {
#embed "files/launch.mustache"
};
static const unsigned char task_form_mustache[] = {
#embed "files/task-form.mustache"
};
static const unsigned char task_step_mustache[] = {
#embed "files/task-step.mustache"
};
static const unsigned char task_variable_mustache[] = {
#embed "files/task-variable.mustache"
};
static const unsigned char task_mustache[] = {
#embed "files/task.mustache"
};
static const unsigned char tasks_mustache[] = {
#embed "files/tasks.mustache"
};
static const unsigned char schedule_form_mustache[] = {
#embed "files/schedule-form.mustache"
};
static const unsigned char schedule_js[] = {
#embed "files/schedule.js"
};
static const unsigned char schedule_mustache[] = {
#embed "files/schedule.mustache"
};
static const unsigned char schedules_mustache[] = {
#embed "files/schedules.mustache"
};
static const unsigned char page_css[] = {
#embed "files/page.css"
};
static const unsigned char page_js[] = {
#embed "files/page.js"
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
    ASSET("call.js", call_js),
    ASSET("field.mustache", field_mustache),
    ASSET("form.js", form_js),
    ASSET("launch.mustache", launch_mustache),
    ASSET("task-form.mustache", task_form_mustache),
    ASSET("task-step.mustache", task_step_mustache),
    ASSET("task-variable.mustache", task_variable_mustache),
    ASSET("task.mustache", task_mustache),
    ASSET("tasks.mustache", tasks_mustache),
    ASSET("schedule-form.mustache", schedule_form_mustache),
    ASSET("schedule.js", schedule_js),
    ASSET("schedule.mustache", schedule_mustache),
    ASSET("schedules.mustache", schedules_mustache),
    ASSET("page.css", page_css),
    ASSET("page.js", page_js),
    ASSET("icon.svg", icon_svg),
};

const struct web_asset *web_asset(size_t number) {
    return number < sizeof assets / sizeof *assets ? &assets[number] : NULL;
}
