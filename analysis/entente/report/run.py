"""The sections about scenarios at one point: what was run, how each came out, what differs, trade, membership, leadership."""
from __future__ import annotations

import json
import re
from typing import Callable, Iterator

import numpy as np
import xarray

from .. import membership, style
from ..choose import EntenteError, choose, state_names, title_of
from ..computed import quantiles
from . import page

BANDS = [0.05, 0.5, 0.95]
MOST_LEADERS = 3
LEAST_INFLUENCE = 0.005  # whoever has less leads nobody, at two decimals
PROFILE = ("vision", "will", "resources", "skills", "leadership", "influence")


def names_of(data: xarray.Dataset) -> list[str]:
    return [str(name) for name in data["scenario"].values]


def is_paired(data: xarray.Dataset) -> bool:
    """Do replicates of the same number meet the same luck in all scenarios? Else attributes list one value each scenario."""
    return all(":" not in str(data.attrs.get(key, ":")) for key in ("seed", "noise"))


def some_years(data: xarray.Dataset, most: int = 6) -> list[int]:
    """The first year, the last, and of the others more at the beginning: as `entente show` chooses them."""
    years = data["year"].values
    n, chosen = min(most, len(years)), []
    for k in range(n):
        place = int((k / max(n - 1, 1)) ** 2 * (len(years) - 1) + 0.5)
        chosen.append(max(place, chosen[-1] + 1 if chosen else 0))
    return [int(years[place]) for place in chosen]


def description_of(data: xarray.Dataset, scenario: str) -> str:
    """What the configuration says the scenario is; nothing if it does not."""
    if "configuration" not in data:
        return ""
    text = str(data["configuration"].sel(scenario=scenario).values)
    found = re.search(r'^description: (".*")$', text, flags=re.MULTILINE)
    try:
        return json.loads(found[1]) if found else ""
    except ValueError:
        return ""


# -- what was run -------------------------------------------------------------------------------------------------------------


def what_was_run(data: xarray.Dataset) -> str:
    names, years = names_of(data), data["year"].values
    n, points = data.sizes["replicate"], data.sizes.get("point", 1)
    organization = str(data.attrs.get("organization", "")) or "an organization"
    text = (f"{page.spelled(len(names), 'scenario').capitalize()} of the {organization}, from {years[0]} to {years[-1]}, "
            f"each run {page.plural(n, 'time') if n > 1 else 'once'}" + (f" at each of {points:,} points of a design" if points > 1 else "")
            + f": {len(names) * points * n:,} runs in all. ")
    body = page.paragraph(text + _luck(data)) + _scenarios(data) + _failures(data)
    return body + "".join(page.paragraph(said) for said in [_given(data)] if said)


def _luck(data: xarray.Dataset) -> str:
    if str(data.attrs.get("noise", "on")) == "off":
        return "Chance is switched off, so that one run says all."
    if "\ncommon_random_numbers: off" in str(data.attrs.get("experiment", "")):
        return "Each point has luck of its own, and the same in all scenarios, so that what differs between them is their effect."
    text = "Runs of one scenario are called replicates: they differ by chance alone"
    if data.sizes["scenario"] == 1:
        return f"{text} (seed {data.attrs.get('seed', 'not told')})."
    if not is_paired(data):
        return f"{text}. The scenarios have other seeds or noise, so that their replicates are no pairs."
    return (f"{text}. All begin from seed {data.attrs['seed']}, so that a replicate meets the same luck in every scenario: what "
            "differs between the same replicate of two scenarios is the effect of the scenario, and not chance.")


def _scenarios(data: xarray.Dataset) -> str:
    rows = [(title_of(data, name), name, description_of(data, name)) for name in names_of(data)]
    items = "".join(f"<li><strong>{page.escape(title)}</strong> (<code>{page.escape(name)}</code>)"
                    f"{': ' + page.escape(said) if said else ''}</li>\n" for title, name, said in rows)
    return f"<ul>\n{items}</ul>\n"


def _failures(data: xarray.Dataset) -> str:
    if "run_status" not in data:
        return ""
    n, runs = int((data["run_status"] == 1).sum()), data["run_status"].size
    return page.paragraph(f"{n:,} of {runs:,} runs failed: a number in them was not finite. From then on they count nowhere "
                          "below.", "note") if n else ""


def _given(data: xarray.Dataset) -> str:
    command = str(data.attrs.get("command_line", ""))
    return "Something was changed on the command line, which stands at the end of this page." if " --set" in command else ""


# -- how each scenario came out -----------------------------------------------------------------------------------------------


def cohesion(data: xarray.Dataset) -> str:
    series = choose(data, "cohesion", point=0, statistics=True)
    found, names = quantiles(series, BANDS), names_of(data)
    return _in_words(data, found.sel(scenario=names[0]), names[0]) + _cohesion_table(data, found) + _fans(data, found)


def _in_words(data: xarray.Dataset, found: xarray.DataArray, name: str) -> str:
    middle = found.sel(quantile=0.5, method="nearest")
    first, last = int(middle["year"][0]), int(middle["year"][-1])
    top, bottom = int(middle.idxmax("year")), int(middle.idxmin("year"))
    at = {year: page.share(float(middle.sel(year=year))) for year in (first, last, top, bottom)}
    text = "Cohesion tells how far the organization holds together: 0 not at all, 1 as far as can be. "
    text += f"In the median run of “{title_of(data, name)}” it goes from {at[first]} in {first} to {at[last]} in {last}"
    between = [f"it is highest in {top} ({at[top]})"] if top not in (first, last) else []
    between += [f"lowest in {bottom} ({at[bottom]})"] if bottom not in (first, last) else []
    return page.paragraph(text + (f"; {' and '.join(between)}" if between else "") + ".")


def _cohesion_table(data: xarray.Dataset, found: xarray.DataArray) -> str:
    years, rows = some_years(data), []
    for name in names_of(data):
        row: list[object] = [title_of(data, name)]
        for year in years:
            low, middle, high = (float(x) for x in found.sel(scenario=name, year=year).transpose("quantile").values)
            row.append(f"{page.share(middle)}\n{page.span(low, high)}")
        rows.append(row)
    return page.table(["Scenario", *map(str, years)], rows,
                      "Cohesion in some years: the median replicate, and below it the range of the middle 90 % of replicates")


def same_height(panels: list, low: float, high: float, least: float = -np.inf, most: float = np.inf) -> None:
    """Give all panels the same vertical axis, with a little room."""
    room = 0.06 * (high - low) or 0.05
    for _, figure in panels:
        figure.axes[0].set_ylim(max(low - room, least), min(high + room, most))


def _fans(data: xarray.Dataset, found: xarray.DataArray) -> str:
    panels = []
    for name in names_of(data):
        figure = page.without_titles(data.entente.fan("cohesion", scenario=name, point=0, figsize=(3.0, 2.0)))
        figure.axes[0].set_ylabel("")
        style.year_axis(figure.axes[0], data["year"].values, 4)
        panels.append((title_of(data, name), figure))
    same_height(panels, float(found.min()), float(found.max()), 0, 1)
    return page.pictures(panels, "Cohesion by year", "How to read it: the line is the median replicate in each year; half of "
                         "the replicates lie in the dark band, and 90 % in the light one around it. All panels have the same "
                         "scale.")


# -- what scenarios change ----------------------------------------------------------------------------------------------------


def effects(data: xarray.Dataset) -> str:
    names = names_of(data)
    if len(names) < 2:
        return ""
    if not is_paired(data):
        raise EntenteError("the scenarios have other seeds or noise, so that their replicates are no pairs to compare; "
                           "`entente compare` compares their means")
    found = {name: data.entente.paired(name, names[0], "cohesion", point=0) for name in names[1:]}
    return _largest_in_words(data, found) + _effects_table(data, found) + _differences(data, found)


def _largest_year(found: xarray.Dataset) -> int:
    return int(np.abs(found["mean"]).fillna(-1).idxmax("year"))


def _largest_in_words(data: xarray.Dataset, found: dict[str, xarray.Dataset]) -> str:
    name = max(found, key=lambda one: float(np.abs(found[one]["mean"]).max()))
    year = _largest_year(found[name])
    mean = float(found[name].sel(year=year)["mean"])
    first = title_of(data, names_of(data)[0])
    text = (f"Each scenario is compared with “{first}”, replicate by replicate. What differs most is “{title_of(data, name)}”: "
            f"in {year} cohesion is {'lower' if mean < 0 else 'higher'} by {page.share(abs(mean), 3)} on average.")
    return page.paragraph(text if mean else f"No scenario differs from “{first}” in cohesion.")


def _effect_row(data: xarray.Dataset, name: str, found: xarray.Dataset) -> list[str]:
    years = found["year"].values
    differs = (found["mean"] != 0) | (found["low"] != 0) | (found["high"] != 0)
    if not bool(differs.any()):
        return [title_of(data, name), "the end"] + [page.NOTHING] * 5
    begins = int(differs.argmax("year"))
    row = [title_of(data, name), str(years[begins - 1]) if begins else page.NOTHING]
    for at in (found.isel(year=-1), found.sel(year=_largest_year(found))):
        row += [str(int(at["year"])), page.within(float(at["mean"]), float(at["half"])), page.percent(float(at["above"]))]
    return row[:2] + row[3:]


def _effects_table(data: xarray.Dataset, found: dict[str, xarray.Dataset]) -> str:
    last = int(data["year"][-1])
    rows = [_effect_row(data, name, one) for name, one in found.items()]
    return page.table(["Scenario", "same until", f"in {last}", "pairs above 0", "largest in", "there", "pairs above 0"], rows,
                      f"Effect on cohesion against “{title_of(data, names_of(data)[0])}”: mean paired difference ± half of its "
                      "95 % interval, and the share of pairs in which the difference is above 0")


def _differences(data: xarray.Dataset, found: dict[str, xarray.Dataset]) -> str:
    panels, ends = [], []
    for name, one in found.items():
        figure = page.without_titles(data.entente.difference(name, variable="cohesion", point=0, figsize=(3.0, 2.0)))
        figure.axes[0].set_ylabel("")
        style.year_axis(figure.axes[0], data["year"].values, 4)
        panels.append((title_of(data, name), figure))
        ends += [float(one["low"].min()), float(one["high"].max()), 0]
    same_height(panels, min(ends), max(ends))
    return page.pictures(panels, "Difference in cohesion by year", "How to read it: above the line at 0 cohesion is higher than "
                         f"in “{title_of(data, names_of(data)[0])}”, below it lower. Dots are means over pairs with their 95 % "
                         "interval; the band holds the middle 90 % of pairs.")


# -- trade --------------------------------------------------------------------------------------------------------------------


def trade(data: xarray.Dataset) -> str:
    if "observed_trade" not in data:
        return ""
    names, found = names_of(data), data.entente.growth(point=0).sortby("observed")
    others = [data.entente.growth(name, point=0).sortby("observed") for name in names[1:]]
    first, last, n = int(found["first"].min()), int(found["last"].max()), found.sizes["pair"]
    inside = int(((found["observed"] >= found["low"]) & (found["observed"] <= found["high"])).sum())
    title = title_of(data, names[0])
    text = (f"How much trade grew from {first} to {last} is known of {page.plural(n, 'pair')} of states. In “{title}”, what was "
            f"observed lies within the middle 90 % of replicates for {inside} of {n}.")
    text += " If the parameters were chosen by these very observations, this tells how well they fit, and is no forecast."
    figure = page.without_titles(data.entente.trade_growth(point=0, figsize=(4.6, 1.2 + 0.36 * n)), legend=True)
    return page.paragraph(text) + _trade_table(data, found, others) + page.picture(
        figure, f"Growth of trade from {first} to {last}, observed and in the model",
        f"How to read it: the diamond is what was observed, the upright line the median replicate of “{title}”, and the bar holds "
        "the middle 90 %. A step of the same width is the same factor.")


def _trade_table(data: xarray.Dataset, found: xarray.Dataset, others: list[xarray.Dataset]) -> str:
    names, rows, seen = state_names(data), [], data["observed_trade"]
    seen = seen.isel(scenario=0) if "scenario" in seen.dims else seen
    seen = seen.isel(point=0) if "point" in seen.dims else seen
    for k in range(found.sizes["pair"]):
        one = {key: found[key].values[k] for key in found.data_vars}
        where = "below" if one["observed"] < one["low"] else "above" if one["observed"] > one["high"] else "within"
        ends = [float(seen.sel(state=one["state"], partner=one["partner"], year=one[year])) for year in ("first", "last")]
        rows.append([f"{names[one['state']]}{page.DASH}{names[one['partner']]}", *map(page.figures, ends),
                     page.times(one["observed"]), where, page.times(one["median"]),
                     page.span(one["low"], one["high"], page.figures), *(page.times(float(of["median"][k])) for of in others)])
    unit = style.unit_of(seen.attrs.get("units"))
    first, last = int(found["first"].min()), int(found["last"].max())
    head = ["Pair", f"observed {first}", f"observed {last}", "growth", "observed is", "median", "middle 90 %",
            *(title_of(data, name) for name in names_of(data)[1:])]
    return page.table(head, rows, f"Trade, in {unit or 'its unit'}, and how much it grew; observed by: "
                      f"{seen.attrs.get('source', 'source not given')}. Last columns: the median of other scenarios")


# -- membership ---------------------------------------------------------------------------------------------------------------


def members(data: xarray.Dataset) -> str:
    found, names = membership.changes(data, point=0), state_names(data)
    title, n = title_of(data, names_of(data)[0]), data.sizes["replicate"]
    found = found.sel(change=(found["share"] >= membership.LEAST).any("state"))
    rows = [[names[str(code)], *_when(found.sel(state=code))] for code in found["state"].values
            if float(found["share"].sel(state=code).max()) >= membership.LEAST] if found.sizes["change"] else []
    figure = page.without_titles(data.entente.membership(point=0, figsize=(4.8, 1.3 + 0.3 * data.sizes["state"])), legend=True)
    text = f"Who belongs to the organization, and since when, in {page.plural(n, 'replicate')} of “{title}”."
    told = page.table(["State", *map(str, found["change"].values)], rows,
                      "Changes of membership: the share of replicates in which there is one, and below it the median year and the "
                      "middle 90 % of years") if rows else page.paragraph("Nobody comes closer to the organization, and nobody leaves it.")
    return page.paragraph(text) + told + page.picture(
        figure, "Membership of each state by year", "How to read it: each row is a state. The higher the blue in a year, the more "
        "replicates in which it is a member; orange is the share in which it is an observer, grey neither.")


def _when(found: xarray.Dataset) -> Iterator[str]:
    """Of each change: the share of replicates, and below it the years."""
    for change in found["change"].values:
        share, low, middle, high = (float(found[key].sel(change=change)) for key in ("share", "early", "median", "late"))
        range_of = f" ({low:.0f}{page.DASH}{high:.0f})" if low < high else ""
        yield f"{page.percent(share)}\n{middle:.0f}{range_of}" if share >= membership.LEAST else page.NOTHING


# -- leadership ---------------------------------------------------------------------------------------------------------------


def leadership(data: xarray.Dataset) -> str:
    name = names_of(data)[0]
    medians = {key: _medians(data, key, name) for key in PROFILE if _is_there(data, key)}
    if "influence" not in medians:
        raise EntenteError("influence is not in this file (`record` of the configuration leaves it out)")
    weight = medians["influence"].fillna(0).mean("year")
    ranked = [str(code) for code in weight["state"].values[np.argsort(-weight.values, kind="stable")]]
    told = [code for code in ranked if float(weight.sel(state=code)) >= LEAST_INFLUENCE]
    return _profile_text(data, told) + _profile_table(data, medians, told) + _profiles(data, told[:MOST_LEADERS])


def _is_there(data: xarray.Dataset, name: str) -> bool:
    return any(ending in data and "year" in data[ending].dims for ending in (name, f"{name}_quantile"))


def _medians(data: xarray.Dataset, name: str, scenario: str) -> xarray.DataArray:
    series = choose(data, name, point=0, keep=("state",), statistics=True).sel(scenario=scenario)
    return quantiles(series, [0.5]).isel(quantile=0).transpose("state", "year")


def _profile_text(data: xarray.Dataset, told: list[str]) -> str:
    names = state_names(data)
    return page.paragraph(
        "Who leads needs vision (of an order that others could share), will (to pursue it at a cost), resources (its share of the "
        "members' economies) and skills (to persuade and organize). Leadership is what comes of them; influence is a state's share "
        f"in the organization's leadership. In “{title_of(data, names_of(data)[0])}” most influence is, in this order, with "
        f"{page.listed([names[code] for code in told[:MOST_LEADERS]]) or 'nobody'}.")


def _profile_table(data: xarray.Dataset, medians: dict[str, xarray.DataArray], told: list[str]) -> str:
    names, first, last = state_names(data), int(data["year"][0]), int(data["year"][-1])
    rows = [[names[code], *(f"{page.share(float(of.sel(state=code)[0]))} → {page.share(float(of.sel(state=code)[-1]))}"
                            for of in medians.values())] for code in told]
    return page.table(["State", *medians], rows, f"Profiles of leadership: medians over replicates in {first} and in {last}; all "
                      "from 0 to 1") if rows else ""


def _profiles(data: xarray.Dataset, leaders: list[str]) -> str:
    panels, names = [], state_names(data)
    try:
        for code in leaders:
            figure = page.without_titles(data.entente.leadership(code, point=0, figsize=(3.4, 2.5)))
            figure.axes[0].set_ylabel("")
            style.year_axis(figure.axes[0], data["year"].values, 4)
            panels.append((names[code], figure))
    except EntenteError:  # statistics alone: the table has what is known
        return ""
    return page.pictures(panels, "Profile of leadership by year", "How to read it: each line is the median replicate, named at its "
                         "right end, and its band holds the middle 90 %; the thick black line is the leadership that comes of the "
                         "other four.") if panels else ""


SECTIONS: tuple[tuple[str, str, Callable[[xarray.Dataset], str]], ...] = (
    ("How far the organization holds together", "cohesion", cohesion), ("What each scenario changes", "effects", effects),
    ("Trade, in the model and observed", "trade", trade), ("Who belongs to it", "membership", members),
    ("Who leads, and with what", "leadership", leadership))
