#!/usr/bin/env python3
"""The slow twin itself: equations worked by hand, limits, and events, on a world of three states."""
import copy
import math
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import twin  # noqa: E402

PARAMETERS = {
    "alignment": {"uptake": 0.9, "decay": 0.1, "rebuff": 2.0},
    "leadership": {"complementarity": -1, "weight_vision": 1, "weight_will": 1, "weight_resources": 1, "weight_skills": 1,
                   "concentration": 2, "tolerance": 0.35},
    "payments": {"mobilisation": 0.002, "scale": 0.03},
    "needs": {"base_efficacy": 0.35, "half_dependence": 0.1},
    "summit": {"temperature": 0.15, "base": 0.5, "need": 1.6, "appeal": 0.2, "payment": 0.5, "expectation": 0.7, "sovereignty": 4,
               "outside": 2.5, "outside_security": 1, "outside_economy": 0.4, "equality": 0.5},
    "agenda": {"stride": 1.1, "quorum": 0.4, "setback_security": 0.5, "setback_economy": 0.15},
    "institutions": {"building": 1.4, "decay": 0.1},
    "expectation": {"adjustment": 0.1, "disappointment": 0.1},
    "commitment": {"adjustment": 0.5, "base": -2, "expectation": 3, "dependence": 1.5, "insecurity": 4, "alignment": 0.3,
                   "participation": 0.2},
    "insecurity": {"decay": 0.25}, "threat": {"recovery": 0.15, "relief": 0.8},
    "positions": {"influence": 0.2, "outside_pull": 0.3, "stubbornness": 0.1, "noise": 0.01},
    "learning": {"vision": 1.4, "will": 0.4, "aspiration": 0.33, "skills": 0.05},
    "infrastructure": {"building": 1, "decay": 0.03},
    "trade": {"constant": 1.7, "gdp": 0.7, "price": 0.4, "distance": 0.8, "contiguity": 0.4, "gap_kept": 0.4, "infrastructure": 0.2,
              "depth": 0.1, "commitment": 0, "adjustment": 0.35, "noise": 0.1},
    "economy": {"noise": 0.015, "trade": 0.05, "persistence": 0.8},
    "membership": {"base": -2.4, "trade": 1, "depth": 2.5, "cohesion": 2, "alignment": 0.8, "appeal": 1, "temperature": 0.35,
                   "approval": 1, "approval_similarity": 1, "approval_alignment": 0.5, "observer_years": 4, "moratorium": 2003,
                   "rule": 1, "exit": 0, "exit_commitment": 0.2, "trade_saturation": 0.1},
}


def state(**changes):
    return {"status": "member", "vision": 0.4, "vision_ceiling": 0.6, "will": 0.4, "skills": 0.4, "sovereignty": 0.5, "threat": 0.2,
            "fragility": 0.5, "insecurity": 0.1, "alignment": 0.2, "expectation": 0.5, "commitment": 0.3, "openness": 0,
            "gdp": 100, "price": 1, "long_run_growth": 0.03, "long_run_inflation": 0.01, "tags": [],
            "position": {"security": 0.5, "economy": 0.5}, **changes}


def world(**changes):
    """Two members and a power outside."""
    return {"years": [2001, 2005], "organization": {"ambition": 0.2, "depth": 0.1},
            "states": {"A": state(), "B": state(gdp=300, tags=["big"]),
                       "O": state(status="outsider", eligible=False, alignment=1, gdp=1000, position={"security": 0, "economy": 1})},
            "dyads": {"A-B": {"distance": 1000, "contiguous": 1, "trade": 2000}, "A-O": {"distance": 8000, "contiguous": 0, "trade": 0},
                      "O-B": {"distance": 9000, "contiguous": 0, "trade": 500}},
            "parameters": copy.deepcopy(PARAMETERS), "mechanisms": {}, "events": {}, **changes}


class Twin(unittest.TestCase):
    def test_resources_are_shares_of_the_members_product(self):
        self.assertEqual([0.25, 0.75, 1000 / 1400], list(twin.run(world())["resources"][0]))

    def test_leadership_is_the_harmonic_mean_of_its_parts(self):
        self.assertAlmostEqual(4 / (3 / 0.4 + 1 / 0.25), twin.run(world())["leadership"][0][0], 14)

    def test_leadership_without_complementarity_is_the_geometric_mean(self):
        near, limit = world(), world()
        near["parameters"]["leadership"]["complementarity"] = 1e-5
        limit["parameters"]["leadership"]["complementarity"] = 0
        self.assertAlmostEqual((0.4 ** 3 * 0.25) ** 0.25, twin.run(limit)["leadership"][0][0], 14)
        self.assertAlmostEqual(twin.run(near)["leadership"][0][0], twin.run(limit)["leadership"][0][0], 5)

    def test_influence_of_members_adds_to_one(self):
        for year in twin.run(world())["influence"]:
            self.assertAlmostEqual(1, sum(year), 14)

    def test_a_dyad_without_a_start_begins_at_its_potential(self):
        potential = math.exp(1.7 + math.log(1000) + 0.7 * math.log(100 * 1000) - 0.8 * math.log(8000))
        self.assertAlmostEqual(1, twin.run(world())["trade"][0][0][2] / potential, 13)

    def test_trade_of_the_first_year_is_the_one_given(self):
        self.assertEqual(2000, twin.run(world())["trade"][0][0][1])

    def test_trade_with_a_gap_that_stays_does_not_move_at_first(self):
        configuration = world()
        configuration["parameters"]["trade"]["gap_kept"] = 1
        trade = twin.run(configuration)["trade"]
        self.assertAlmostEqual(2000, trade[1][0][1], 9)

    def test_exposure_is_trade_over_nominal_product(self):
        self.assertAlmostEqual(2000 / 1000 / 100, twin.run(world())["exposure"][0][0], 15)

    def test_a_crisis_without_an_institution_is_all_shortfall(self):
        configuration = world(organization={"ambition": 0.2, "depth": 0},
                              events={"x": {"year": 2001, "effects": [{"crisis": 0.4}, {"crisis": 0.5}]}})
        out = twin.run(configuration)
        self.assertAlmostEqual(0.7, out["shortfall"][0], 15)
        self.assertEqual(0, out["shortfall"][1])

    def test_cohesion_is_the_geometric_mean_of_its_parts(self):
        out = twin.run(world())
        self.assertAlmostEqual(out["cohesion"][0] ** 3, out["attitude"][0] * out["attachment"][0] * out["participation"][0], 14)
        self.assertEqual(1, out["attitude"][0])

    def test_distance_is_the_mean_over_pairs_of_members(self):
        configuration = world()
        configuration["states"]["B"]["position"] = {"security": 0.25, "economy": 0.5}
        self.assertEqual([0.25, 0], list(twin.run(configuration)["position_distance"][0]))

    def test_a_driven_variable_follows_its_series_and_then_drifts_back(self):
        configuration = world(drivers={"gdp": {"first_year": 2000, "A": [90, 100, 110]}})
        configuration["parameters"]["economy"]["trade"] = 0
        gdp = twin.run(configuration)["gdp"][:, 0]
        self.assertEqual([100, 110], list(gdp[:2]))
        self.assertAlmostEqual(0.03 + 0.8 * (math.log(1.1) - 0.03), math.log(gdp[2] / gdp[1]), 14)

    def test_what_a_series_says_after_until_is_not_known(self):
        known = world(drivers={"gdp": {"first_year": 2000, "A": [90, 100, 110]}})
        later = world(drivers={"until": 2002, "gdp": {"first_year": 2000, "A": [90, 100, 110, 500, 600]}})
        self.assertEqual(list(twin.run(known)["gdp"][:, 0]), list(twin.run(later)["gdp"][:, 0]))

    def test_a_power_outside_keeps_its_alignment_and_never_joins(self):
        out = twin.run(world())
        self.assertTrue((out["alignment"][:, 2] == 1).all() and (out["status"][:, 2] == 0).all())

    def test_an_offer_acts_each_year_and_a_crisis_once(self):
        events = {"x": {"year": 2001, "duration": 2, "effects": [{"offer": {"big": 0.5}}, {"crisis": 0.5}]}}
        configuration = world(events=events, mechanisms={"security": False})
        out = twin.run(configuration)
        once = 0.2 + 0.45 * 0.8
        self.assertAlmostEqual(once, out["alignment"][0][1], 15)
        self.assertAlmostEqual(once + 0.45 * (1 - once), out["alignment"][1][1], 15)
        self.assertAlmostEqual(0.2, out["alignment"][1][0], 15)
        self.assertEqual([0.5, 0], list(out["crisis"][:2]))

    def test_a_parameter_has_its_own_value_again_after_the_event(self):
        configuration = world(events={"x": {"year": 2002, "duration": 2, "effects": [{"needs.base_efficacy": {"set": 1}}]}})
        out = twin.run(configuration)
        self.assertEqual([False, True, True, False], [value == 1 for value in out["efficacy"][:4, 0]])

    def test_an_upheaval_touches_the_fragile(self):
        configuration = world(events={"x": {"year": 2001, "effects": [{"upheaval": 0.8}]}})
        self.assertAlmostEqual(0.1 + 0.4 * 0.9, twin.run(configuration)["insecurity"][0][0], 15)

    def test_an_observer_waits_its_years_and_for_the_moratorium(self):
        configuration = world(years=[2001, 2008])
        configuration["states"]["N"] = state(status="outsider")
        configuration["dyads"].update({f"{i}-N": {"distance": 500, "contiguous": 1, "trade": 50000} for i in "ABO"})
        configuration["parameters"]["membership"]["base"] = 9
        status = list(twin.run(configuration)["status"][:, 3])
        self.assertEqual([0, 1, 1, 1, 1, 1, 2, 2], status)

    def test_a_stock_of_a_mechanism_that_is_off_stays(self):
        out = twin.run(world(mechanisms={"learning": False, "trade": False}))
        for name in ("vision", "will", "skills"):
            self.assertTrue((out[name] == out[name][0]).all())
        self.assertTrue((out["trade"][:, 0, 1] == 2000).all())

    def test_the_median_of_a_distribution_of_years(self):
        def begins(**when):
            out = twin.run(world(events={"x": {**when, "effects": [{"crisis": 1}]}}))
            return [2001 + n for n, value in enumerate(out["crisis"]) if value > 0]
        self.assertEqual([2003], begins(year={"uniform": [2001, 2004]}))
        self.assertEqual([2002], begins(year={"normal": [2002.4, 3]}))
        self.assertEqual([2004], begins(year={"choice": {2004: 0.3, 2002: 0.4}}))
        self.assertEqual([], begins(year={"choice": {2003: 0.5}}))
        self.assertEqual([2002], begins(**{"hazard": 0.6, "from": 2002}))
        self.assertEqual([], begins(hazard=0.5))


if __name__ == "__main__":
    unittest.main()
