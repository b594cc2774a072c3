"""The JSON Schema against the files it is for.
    schema.py ENTENTE PROJECT            the schemas hold by their meta-schema, accept what is right, refuse what is wrong
    schema.py ENTENTE PROJECT --update   writes the schemas that are kept in the project
"""
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing.name} is missing")
    sys.exit(77)
import json

import plain_yaml

KEPT = {"configuration": "configs/configuration.schema.json", "experiment": "experiments/experiment.schema.json"}
KEYS_OF_EXPERIMENTS = {"vary", "design", "scenarios", "calibration", "score"}

# What no schema of one file can tell, by the reason. A case of tests/bad_configs/ that is not here must be refused.
NOT_BY_SCHEMA = {
    "it is no YAML, or not as Entente reads it": """alias_bomb alias_bomb_by_merge_keys alias_of_itself alias_unknown
        bad_indentation binary caret_behind_tabs colon_in_text control_character duplicate_key latin_1 list_as_key
        merge_key_of_text own_tag percent_in_text tab_indents two_documents unclosed_list unclosed_quote""",
    "the file itself is wrong, whatever it says": "folder missing pipe too_large utf_16",
    "another file is missing or wrong": """base_is_device base_is_folder base_is_link_in_circle base_is_pipe
        base_missing base_too_large calibration_observed_zero circle circle_of_one experiment_of_experiments
        experiment_scenario_is_bad experiment_table experiment_table_columns score_of_logarithms score_table
        score_table_columns score_table_missing score_table_without_year""",
    "--set is wrong": "calibration_set experiment_varied_and_set set set_of_wrong_kind years_cut_below_event",
    "a name is not among those of the base or of the scenario": """dyad_missing dyads_missing nothing_to_remove
        removed_and_named series_without_first_year states_without_attributes unknown_state_in_driver
        unknown_state_in_event unknown_state_in_observed""",
    "values depend on each other": """draws_shared_by_chance duplicate_dyad event_on_driven_state event_outside_years
        experiment_list experiment_numbers_shared experiment_too_many_points experiment_too_many_variants
        member_not_eligible one_member score_after score_too_few_runs series_too_late series_too_short
        series_until_before_start years_reversed""",
}

n_failed = 0


def fail(text):
    global n_failed
    n_failed += 1
    print(text)


def printed_by(entente, *arguments):
    return subprocess.run([entente, *arguments], check=True, capture_output=True, text=True).stdout


def where(error):
    return f"{'.'.join(map(str, error.absolute_path)) or 'the file'}: {error.message[:300]}"


def kind_of(path, content):
    """Like experiment_is_one: by the keys of the file and of what it builds on."""
    seen = set()
    while isinstance(content, dict) and path not in seen:
        if KEYS_OF_EXPERIMENTS & set(content):
            return "experiment"
        seen.add(path)
        path = (path.parent / str(content.get("base", ""))).resolve()
        if not path.is_file():
            break
        try:
            content = plain_yaml.load(path.read_bytes())
        except yaml.YAMLError:
            break
    return "configuration"


def check_kept(schemas, project, is_update):
    for kind, text in schemas.items():
        kept = project / KEPT[kind]
        if is_update:
            kept.write_text(text)
        elif not kept.exists() or kept.read_text() != text:
            fail(f"{KEPT[kind]} is not what entente prints; cmake --build <folder> --target schema writes it")


def accept(validators, name, text, path):
    """As Entente reads it, and as an editor does, for which `on` is a text."""
    for version in ("1.1", "1.2"):
        content = plain_yaml.load(text, version)
        for error in validators[kind_of(path, content)].iter_errors(content):
            fail(f"{name}, read as YAML {version}, is refused: {where(jsonschema.exceptions.best_match([error]))}")


def blocks_of(document):
    """Its YAML blocks. A piece of a configuration stands for one over a base."""
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", document.read_text(), re.M | re.S), 1):
        is_piece = not re.search(r"^(base|scenarios):", block, re.M)
        yield number, ("base: history.yaml\n" if is_piece else "") + block


def check_accepted(entente, validators, project):
    scenarios = sorted(project.glob("configs/**/*.yaml"))
    files = scenarios + sorted(project.glob("experiments/**/*.yaml")) + sorted(project.glob("tests/**/base/*.yaml"))
    files += sorted(project.glob("tests/reference/cases/*.yaml"))
    files += [path for path in sorted(project.glob("tests/cli/files/*.yaml")) if path.stem != "misspelt"]
    for path in files:
        accept(validators, path.relative_to(project), path.read_bytes(), path)
    for document in ("README.md", "configs/README.md", "experiments/README.md"):
        for number, block in blocks_of(project / document):
            accept(validators, f"block {number} of {document}", block, project / document)
    for path in scenarios:
        accept(validators, f"{path.name}, resolved", printed_by(entente, "check", "--resolved", path), path)
    return len(files)


def check_modelines(project):
    """Every file that is shipped names its schema, as seen from its folder."""
    for path in sorted([*project.glob("configs/**/*.yaml"), *project.glob("experiments/**/*.yaml")]):
        kind = kind_of(path, plain_yaml.load(path.read_bytes()))
        first = path.read_text().split("\n", 1)[0]
        name = first.removeprefix("# yaml-language-server: $schema=")
        if (path.parent / name).resolve() != (project / KEPT[kind]).resolve():
            fail(f"{path.relative_to(project)} begins with '{first}', which does not name {KEPT[kind]}")


def is_refused(validators, path):
    """None: it cannot be read."""
    try:
        content = plain_yaml.load(path.read_bytes())
    except (yaml.YAMLError, OSError, UnicodeError):
        return None
    return not validators[kind_of(path, content)].is_valid(content)


def check_refused(validators, project):
    reasons = {case: reason for reason, cases in NOT_BY_SCHEMA.items() for case in cases.split()}
    cases = [folder.name for folder in sorted((project / "tests/bad_configs").iterdir()) if folder.is_dir()]
    cases.remove("base")
    for case in cases:
        refused = is_refused(validators, project / "tests/bad_configs" / case / "scenario.yaml")
        if refused and case in reasons:
            fail(f"{case} is refused, though '{reasons[case]}'")
        elif refused is None and case not in reasons:
            fail(f"{case} cannot be read")
        elif refused is False and case not in reasons:
            fail(f"{case} is accepted")
    for case in set(reasons) - set(cases):
        fail(f"there is no case {case}")
    return len(cases) - len(reasons), len(cases)


def main(entente, project, *rest):
    project = pathlib.Path(project).resolve()
    schemas = {kind: printed_by(entente, "describe", "--format", "json-schema", kind) for kind in KEPT}
    check_kept(schemas, project, "--update" in rest)
    validators = {kind: jsonschema.Draft7Validator(json.loads(text)) for kind, text in schemas.items()}
    for validator in validators.values():
        validator.check_schema(validator.schema)
    if "--update" in rest:
        return
    n_good = check_accepted(entente, validators, project)
    check_modelines(project)
    n_refused, n_bad = check_refused(validators, project)
    print(f"{n_good} files are accepted, {n_refused} of {n_bad} bad ones refused; {n_failed} faults")


main(*sys.argv[1:])
sys.exit(n_failed > 0)
