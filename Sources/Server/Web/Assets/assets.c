#include "web_assets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

/* Every file of the page stands here twice: as what it holds, and in the table. */

static const unsigned char chart_mustache[] = {
#embed "files/chart.mustache"
};
static const unsigned char charts_mustache[] = {
#embed "files/charts.mustache"
};
static const unsigned char diff_mustache[] = {
#embed "files/diff.mustache"
};
static const unsigned char entry_mustache[] = {
#embed "files/entry.mustache"
};
static const unsigned char field_groups_mustache[] = {
#embed "files/field-groups.mustache"
};
static const unsigned char field_mustache[] = {
#embed "files/field.mustache"
};
static const unsigned char instances_mustache[] = {
#embed "files/instances.mustache"
};
static const unsigned char launch_mustache[] = {
#embed "files/launch.mustache"
};
static const unsigned char layout_mustache[] = {
#embed "files/layout.mustache"
};
static const unsigned char message_mustache[] = {
#embed "files/message.mustache"
};
static const unsigned char overview_mustache[] = {
#embed "files/overview.mustache"
};
static const unsigned char run_row_mustache[] = {
#embed "files/run-row.mustache"
};
static const unsigned char run_mustache[] = {
#embed "files/run.mustache"
};
static const unsigned char runs_mustache[] = {
#embed "files/runs.mustache"
};
static const unsigned char schedule_form_mustache[] = {
#embed "files/schedule-form.mustache"
};
static const unsigned char schedule_mustache[] = {
#embed "files/schedule.mustache"
};
static const unsigned char schedules_mustache[] = {
#embed "files/schedules.mustache"
};
static const unsigned char signin_mustache[] = {
#embed "files/signin.mustache"
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
static const unsigned char task_variables_mustache[] = {
#embed "files/task-variables.mustache"
};
static const unsigned char task_mustache[] = {
#embed "files/task.mustache"
};
static const unsigned char tasks_mustache[] = {
#embed "files/tasks.mustache"
};
static const unsigned char transcript_mustache[] = {
#embed "files/transcript.mustache"
};
static const unsigned char page_css[] = {
#embed "files/page.css"
};
static const unsigned char call_js[] = {
#embed "files/call.js"
};
static const unsigned char form_js[] = {
#embed "files/form.js"
};
static const unsigned char page_js[] = {
#embed "files/page.js"
};
static const unsigned char run_js[] = {
#embed "files/run.js"
};
static const unsigned char schedule_js[] = {
#embed "files/schedule.js"
};
static const unsigned char signin_js[] = {
#embed "files/signin.js"
};
static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};

#define ASSET(name, bytes) { name, bytes, sizeof bytes }

static const struct web_asset assets[] = {
    ASSET("chart.mustache", chart_mustache),
    ASSET("charts.mustache", charts_mustache),
    ASSET("diff.mustache", diff_mustache),
    ASSET("entry.mustache", entry_mustache),
    ASSET("field-groups.mustache", field_groups_mustache),
    ASSET("field.mustache", field_mustache),
    ASSET("instances.mustache", instances_mustache),
    ASSET("launch.mustache", launch_mustache),
    ASSET("layout.mustache", layout_mustache),
    ASSET("message.mustache", message_mustache),
    ASSET("overview.mustache", overview_mustache),
    ASSET("run-row.mustache", run_row_mustache),
    ASSET("run.mustache", run_mustache),
    ASSET("runs.mustache", runs_mustache),
    ASSET("schedule-form.mustache", schedule_form_mustache),
    ASSET("schedule.mustache", schedule_mustache),
    ASSET("schedules.mustache", schedules_mustache),
    ASSET("signin.mustache", signin_mustache),
    ASSET("task-form.mustache", task_form_mustache),
    ASSET("task-step.mustache", task_step_mustache),
    ASSET("task-variable.mustache", task_variable_mustache),
    ASSET("task-variables.mustache", task_variables_mustache),
    ASSET("task.mustache", task_mustache),
    ASSET("tasks.mustache", tasks_mustache),
    ASSET("transcript.mustache", transcript_mustache),
    ASSET("page.css", page_css),
    ASSET("call.js", call_js),
    ASSET("form.js", form_js),
    ASSET("page.js", page_js),
    ASSET("run.js", run_js),
    ASSET("schedule.js", schedule_js),
    ASSET("signin.js", signin_js),
    ASSET("icon.svg", icon_svg),
};

const struct web_asset *web_asset(size_t number) {
    return number < sizeof assets / sizeof *assets ? &assets[number] : NULL;
}
