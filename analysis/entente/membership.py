"""Who belongs to the organization when: shares of replicates by year, and the years in which states come closer or leave."""
from __future__ import annotations

from typing import Optional

import numpy as np
import xarray

from .choose import EntenteError, choose, first_scenario, state_names, title_of

OUTSIDER, OBSERVER, MEMBER = 0, 1, 2  # as `status` is recorded
LEAST = 0.01  # share of replicates; rarer changes are not told
CHANGES = {"becomes observer": lambda before, after: (before < OBSERVER) & (after == OBSERVER),
           "becomes member": lambda before, after: (before < MEMBER) & (after == MEMBER),
           "leaves": lambda before, after: (before == MEMBER) & (after < MEMBER)}


def _statuses(data: xarray.Dataset, scenario: Optional[str], point: Optional[int]) -> xarray.DataArray:
    """[replicate, year, state], replicates that failed left out."""
    series = choose(data, "status", point=point, keep=("state",)).sel(scenario=first_scenario(data, scenario))
    return series.astype(float).dropna("replicate").transpose("replicate", "year", "state")


def shares(data: xarray.Dataset, scenario: Optional[str] = None, point: Optional[int] = None) -> xarray.Dataset:
    """Share of replicates in which a state is an observer, and a member: [state, year]."""
    statuses = _statuses(data, scenario, point)
    return xarray.Dataset({"observer": (statuses == OBSERVER).mean("replicate"),
                           "member": (statuses == MEMBER).mean("replicate")}).transpose("state", "year")


def changes(data: xarray.Dataset, scenario: Optional[str] = None, point: Optional[int] = None) -> xarray.Dataset:
    """The first change of each kind; see `Entente.membership_changes`."""
    statuses = _statuses(data, scenario, point)
    values, years = statuses.values, statuses["year"].values
    if len(years) < 2 or len(values) == 0:
        raise EntenteError("of one year alone there are no changes of membership")
    found = np.full((len(CHANGES), values.shape[2], 4), np.nan)
    for k, is_change in enumerate(CHANGES.values()):
        happens = is_change(values[:, :-1], values[:, 1:])
        first = np.where(happens.any(1), years[1:][happens.argmax(1)], np.nan)
        for i in range(values.shape[2]):
            when = first[~np.isnan(first[:, i]), i]
            found[k, i, 0] = len(when) / len(first)
            if len(when):
                found[k, i, 1:] = np.quantile(when, [0.05, 0.5, 0.95], method="inverted_cdf")
    names = ("share", "early", "median", "late")
    return xarray.Dataset({name: (("change", "state"), found[..., k]) for k, name in enumerate(names)},
                          {"change": list(CHANGES), "state": statuses["state"].values})


def draw(data: xarray.Dataset, scenario, point, ax, figsize):
    """A row a state that is ever more than an outsider; see `Entente.membership`."""
    from . import style

    found, names = shares(data, scenario, point), state_names(data)
    told = [str(code) for code in found["state"].values
            if float((found["observer"] + found["member"]).sel(state=code).max()) >= LEAST]
    if not told:
        raise EntenteError("no state is observer or member in any year")
    years = found["year"].values
    edges = np.append(years, years[-1] + 1) - 0.5  # a year is as wide as a year
    with style.look():
        ax = style.one_axes(ax, figsize, (6.4, 1.4 + 0.34 * len(told)))
        for row, code in enumerate(told):
            member, observer = (np.append(found[kind].sel(state=code).values, np.nan) for kind in ("member", "observer"))
            member[-1], observer[-1] = member[-2], observer[-2]
            bottom = np.full(len(edges), row + 0.4)
            ax.fill_between(edges, bottom - 0.8, bottom, color="#F0F0F0", lw=0, step="post")
            ax.fill_between(edges, bottom - 0.8 * member, bottom, color=style.BLUE, lw=0, step="post")
            ax.fill_between(edges, bottom - 0.8 * (member + observer), bottom - 0.8 * member, color=style.ORANGE, lw=0, step="post")
        for label, colour in (("member", style.BLUE), ("observer", style.ORANGE), ("outsider", "#F0F0F0")):
            ax.fill_between([], [], color=colour, lw=0, label=label)
        ax.set_yticks(range(len(told)), [names[code] for code in told])
        ax.set_ylim(len(told) - 0.5, -0.5)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        style.year_axis(ax, years)
        ax.set_xlim(edges[0], edges[-1])
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16 - 0.1 / len(told)), ncol=3)
        style.give_title(ax, "Who belongs to the organization", f"{title_of(data, first_scenario(data, scenario))}; how high a "
                         f"colour is: the share of {data.sizes['replicate']} replicates")
    return ax
