/* The events of a configuration as YAML. */
#include <string.h>

#include "check.h"
#include "emit.h"

static void emit_pair(struct text *out, double first, double second)
{
    text_add(out, "[");
    text_add_number(out, first);
    text_add(out, ", ");
    text_add_number(out, second);
    text_add(out, "]");
}

static void emit_timing(struct text *out, const struct event *event)
{
    switch (event->timing) {
    case FIXED_YEAR: text_add(out, "    year: %d\n", (int)event->year); break;
    case UNIFORM_YEAR: text_add(out, "    year: {uniform: [%d, %d]}\n", (int)event->first, (int)event->last); break;
    case NORMAL_YEAR:
        text_add(out, "    year: {normal: ");
        emit_pair(out, event->mean, event->standard_deviation);
        text_add(out, "}\n");
        break;
    case CHOICE_YEAR:
        text_add(out, "    year: {choice: {");
        for (size_t k = 0; k < event->n_choices; k++) {
            text_add(out, "%s%d: ", k ? ", " : "", (int)event->choice_year[k]);
            text_add_number(out, event->choice_probability[k]);
        }
        text_add(out, "}}\n");
        break;
    case HAZARD:
        text_add(out, "    hazard: ");
        text_add_number(out, event->hazard);
        text_add(out, "\n    from: %d\n    until: %d\n", (int)event->first, (int)event->last);
    }
    text_add(out, "    duration: ");
    text_add_number(out, event->duration);
    text_add(out, "\n");
}

static void emit_target(struct text *out, const struct effect *effect)
{
    const struct variable *variable = effect->variable;
    if (effect->parameter >= 0)
        text_add(out, "%s", registry_parameter((size_t)effect->parameter)->name);
    else if (!variable)
        text_add(out, "%s", effect->operation == OFFER ? "offer" : effect->operation == CRISIS ? "crisis" : "upheaval");
    else if ((variable->shape != BY_AREA && variable->shape != BY_STATE_AREA) ||
             (effect->touches_area[SECURITY] && effect->touches_area[ECONOMY]))
        text_add(out, "%s", variable->name);
    else
        text_add(out, "%s.%s", variable->name,
                 configuration_areas[effect->touches_area[SECURITY] ? SECURITY : ECONOMY]);
}

static void emit_value(struct text *out, const struct effect *effect, double value)
{
    if (effect->variable && strcmp(effect->variable->name, "status") == 0)
        text_add(out, "%s", check_status_words[(int)value]);
    else
        text_add_number(out, value);
}

/* Whom an operand touches, one after the other: the states it names, or its group. False at the end. */
struct touched {
    size_t operand, state;
    const char *name;
    double value;
};

static bool next_touched(const struct configuration *configuration, const struct effect *effect,
                         struct touched *touched)
{
    for (; touched->operand < effect->n_operands; touched->operand++, touched->state = 0) {
        const struct operand *operand = &effect->operands[touched->operand];
        for (; touched->state < configuration->n_states; touched->state++) {
            if (!operand->touches[touched->state])
                continue;
            touched->name =
                operand->group == EVERYONE ? configuration->states[touched->state].id : check_groups[operand->group];
            touched->value = operand->value[touched->state];
            touched->state = operand->group == EVERYONE ? touched->state + 1 : configuration->n_states;
            return true;
        }
    }
    return false;
}

/* One number for all that are touched? Then a plain number with `states` beside it says the same. */
static bool is_uniform(const struct configuration *configuration, const struct effect *effect, double *value)
{
    struct touched touched = {0};
    if (!next_touched(configuration, effect, &touched))
        return false;
    for (*value = touched.value; next_touched(configuration, effect, &touched);)
        if (touched.value != *value)
            return false;
    return true;
}

static bool touches_all(const struct configuration *configuration, const struct effect *effect)
{
    if (effect->n_operands != 1 || effect->operands[0].group != EVERYONE)
        return false;
    for (size_t i = 0; i < configuration->n_states; i++)
        if (!effect->operands[0].touches[i])
            return false;
    return true;
}

static void emit_states(struct text *out, const struct configuration *configuration, const struct effect *effect)
{
    struct touched touched = {0};
    const char *separator = "";
    if (touches_all(configuration, effect)) {
        text_add(out, "        states: all\n");
        return;
    }
    text_add(out, "        states: [");
    while (next_touched(configuration, effect, &touched)) {
        text_add(out, "%s%s", separator, touched.name);
        separator = ", ";
    }
    text_add(out, "]\n");
}

static void emit_operands(struct text *out, const struct configuration *configuration, const struct effect *effect)
{
    struct touched touched = {0};
    const char *separator = "";
    double value;
    if (!effect->operands[0].touches)
        emit_value(out, effect, effect->operands[0].value[0]);
    else if (is_uniform(configuration, effect, &value))
        emit_value(out, effect, value);
    else {
        text_add(out, "{");
        while (next_touched(configuration, effect, &touched)) {
            text_add(out, "%s%s: ", separator, touched.name);
            emit_value(out, effect, touched.value);
            separator = ", ";
        }
        text_add(out, "}");
    }
}

static void emit_effect(struct text *out, const struct configuration *configuration, const struct effect *effect)
{
    const bool has_operation = effect->variable || effect->parameter >= 0;
    double value;
    text_add(out, "      - ");
    emit_target(out, effect);
    text_add(out, ": ");
    if (has_operation)
        text_add(out, "{%s: ", check_operations[effect->operation]);
    emit_operands(out, configuration, effect);
    text_add(out, has_operation ? "}\n" : "\n");
    if (effect->operands[0].touches && is_uniform(configuration, effect, &value))
        emit_states(out, configuration, effect);
    if (effect->parameter < 0)
        text_add(out, "        when: %s\n", effect->acts_each_year ? "each" : "first");
}

void emit_events(struct text *out, const struct configuration *configuration)
{
    text_add(out, configuration->n_events ? "events:\n" : "events: {}\n");
    for (size_t k = 0; k < configuration->n_events; k++) {
        const struct event *event = &configuration->events[k];
        text_add(out, "  %s:\n    title: ", event->name);
        emit_text(out, event->title);
        text_add(out, "\n");
        emit_timing(out, event);
        text_add(out, event->n_effects ? "    effects:\n" : "    effects: []\n");
        for (size_t m = 0; m < event->n_effects; m++)
            emit_effect(out, configuration, &event->effects[m]);
    }
}
