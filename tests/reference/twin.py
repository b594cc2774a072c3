"""The slow twin: one replicate of the model, written from its description, one state at a time.

It shares no code with models/ and takes no care of speed. Where the two disagree, one of them does not do what
models/ODD.md says. `run(configuration)` takes a resolved configuration (`entente check --resolved FILE`, read as YAML)
and returns every variable by year. Without luck (`noise: off`) every normal draw is 0, every uniform draw is ½, and a
member takes part by the share that is its probability.
"""
import math
import zlib

import numpy as np

AREAS = ("security", "economy")
OUTSIDER, OBSERVER, MEMBER = 0, 1, 2
STATUS = {"outsider": OUTSIDER, "observer": OBSERVER, "member": MEMBER}
FLOOR = 1e-3  # below which no leadership attribute counts
BILLION_IN_MILLIONS = 1000.0

BY_STATE = ("vision", "will", "skills", "threat", "insecurity", "alignment", "expectation", "commitment", "gdp", "price",
            "openness", "vision_ceiling", "sovereignty", "fragility", "eligible", "status", "long_run_growth",
            "long_run_inflation")
BY_DYAD = ("trade", "infrastructure", "distance", "contiguous")
BY_AREA = ("ambition", "depth")
ABOVE_ZERO = ("gdp", "price", "trade", "distance", "openness", "long_run_growth", "long_run_inflation")  # no upper end at 1


class NoLuck:
    """`noise: off`."""

    def uniform(self, purpose, *address):
        return 0.5

    def normal(self, purpose, *address):
        return 0.0

    def takes_part(self, probability, *address):
        return probability


class Luck:
    """Draws that depend on the seed, the replicate, the purpose and the address alone: the same luck for every scenario.
    Not the bits of the binary's generator: good for comparing distributions."""

    def __init__(self, seed, replicate):
        self.seed, self.replicate, self.memory = seed, replicate, {}

    def generator(self, purpose, address):
        label = zlib.crc32(repr((purpose, address)).encode())
        return np.random.Generator(np.random.Philox(key=[(self.seed << 32) + self.replicate, label]))

    def uniform(self, purpose, *address):
        if (purpose, address) not in self.memory:
            self.memory[purpose, address] = float(self.generator(purpose, address).random())
        return self.memory[purpose, address]

    def normal(self, purpose, *address):
        if (purpose, address) not in self.memory:
            self.memory[purpose, address] = float(self.generator(purpose, address).standard_normal())
        return self.memory[purpose, address]

    def takes_part(self, probability, *address):
        return 1.0 if self.uniform("summit", *address) < probability else 0.0


# ---------------------------------------------------------------------------------------------------- small mathematics

def logistic(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def clip(x, low=0.0, high=1.0):
    return min(max(x, low), high)


def bm(x, s, top=1.0):
    """The step of aspiration learning (Bush & Mosteller 1955)."""
    s = clip(s, -1, 1)
    return x + s * max(top - x, 0) if s >= 0 else x + s * x


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def toward_one(z, v):
    return z + v * (1 - z)


# ---------------------------------------------------------------------------------------------------- the start

class World:
    """Everything the year reads and writes. x[i] by state, x[i, k] by state and area, x[k] by area, x[dyad] by dyad."""

    def dyad(self, i, j):
        return (i, j) if self.order[i] < self.order[j] else (j, i)

    def members(self):
        return [i for i in self.states if self.status[i] == MEMBER]

    def squared_distance(self, i, j):
        return sum((self.position[i, k] - self.position[j, k]) ** 2 for k in AREAS)

    def is_on(self, mechanism):
        return self.switches.get(mechanism, True)


def flatten(groups, prefix=""):
    flat = {}
    for name, value in (groups or {}).items():
        flat.update(flatten(value, prefix + name + ".") if isinstance(value, dict) else {prefix + name: value})
    return flat


def by_area(value, k):
    return float(value[k] if isinstance(value, dict) else value)


def build(configuration):
    w = World()
    w.states = list(configuration["states"])
    w.order = {i: n for n, i in enumerate(w.states)}
    w.tags = {i: list(s.get("tags") or []) for i, s in configuration["states"].items()}
    w.parameters = flatten(configuration["parameters"])
    w.switches = {name: value in (True, "on") for name, value in (configuration.get("mechanisms") or {}).items()}
    w.events = configuration.get("events") or {}
    w.first_year, w.last_year = configuration["years"]

    for name in BY_STATE:
        setattr(w, name, {})
    w.position = {}
    for i, state in configuration["states"].items():
        for name in BY_STATE:
            value = state.get(name, {"openness": 0.0, "eligible": True, "status": "outsider"}.get(name))
            if name == "status":
                value = STATUS.get(value, value)
            getattr(w, name)[i] = None if value is None else float(value)
        for k in AREAS:
            w.position[i, k] = by_area(state["position"], k)

    w.series = {name: {} for name in ("gdp", "price")}
    drivers = dict(configuration.get("drivers") or {})
    until = drivers.pop("until", math.inf)
    for name, block in drivers.items():
        for i, values in block.items():
            if i in w.order:
                first = block["first_year"]
                w.series[name][i] = {first + n: float(value) for n, value in enumerate(values) if first + n <= until}
                getattr(w, name)[i] = w.series[name][i][w.first_year]

    for name in BY_AREA:
        setattr(w, name, {k: by_area(configuration["organization"][name], k) for k in AREAS})

    for name in BY_DYAD:
        setattr(w, name, {})
    for key, entry in configuration["dyads"].items():
        ij = w.dyad(*key.split("-"))
        for name in BY_DYAD:
            getattr(w, name)[ij] = float(entry.get(name) or 0)
    w.dyads = [(i, j) for i in w.states for j in w.states if w.order[i] < w.order[j]]

    w.tenure = {i: 0 for i in w.states}
    w.growth = dict(w.long_run_growth)
    w.inflation = dict(w.long_run_inflation)
    w.alignment_start, w.threat_start, w.position_start = dict(w.alignment), dict(w.threat), dict(w.position)

    # θ: the share of the first gap that stays; from the starting values, before any event
    p = w.parameters
    w.gap = {ij: 0.0 for ij in w.dyads}
    for ij in w.dyads:
        common = log_potential(w, p, ij)
        if w.trade[ij] > 0:
            w.gap[ij] = p["trade.gap_kept"] * (math.log(w.trade[ij]) - common)
        else:
            w.trade[ij] = math.exp(common)
    return w


# ---------------------------------------------------------------------------------------------------- 1 events

def begin_of(name, event, w, luck):
    """The year in which an event with a fixed year or a distribution of years begins."""
    year = event["year"]
    if not isinstance(year, dict):
        return year
    (kind, value), = year.items()
    u = luck.uniform("event year", 0, name)
    if kind == "uniform":
        a, b = value
        return min(a + math.floor(u * (b - a + 1)), b)
    if kind == "normal":
        return math.floor(value[0] + value[1] * luck.normal("event year", 0, name) + 0.5)
    if kind == "choice":
        total = 0.0
        for candidate in sorted(value):
            total += value[candidate]
            if total > u:
                return candidate
        return math.inf
    raise ValueError(f"event {name}: {kind} is no distribution of years")


def begin_events(w, begins, luck):
    for name, event in w.events.items():
        if name in begins:
            continue
        if "hazard" in event:
            if event.get("from", w.first_year) <= w.year <= event.get("until", math.inf) \
                    and luck.uniform("event hazard", w.year, name) < event["hazard"]:
                begins[name] = w.year
        else:
            begins[name] = begin_of(name, event, w, luck)


def named(w, who):
    """The states that an identifier, a tag, a group or a list of these stands for this year."""
    if isinstance(who, list):
        return [i for i in w.states if any(i in named(w, one) for one in who)]
    if who == "all":
        return list(w.states)
    if who in ("members", "observers", "outsiders"):
        return [i for i in w.states if w.status[i] == STATUS[who[:-1]]]
    return [who] if who in w.order else [i for i in w.states if who in w.tags[i]]


def operands(w, operand, who):
    """state -> number; of several that name a state the last counts."""
    if isinstance(operand, dict):
        return {i: float(v) for name, v in operand.items() for i in named(w, name)}
    return {i: float(operand) for i in named(w, "all" if who is None else who)}


def operate(old, operation, v, name):
    new = {"set": v, "add": old + v, "scale": old * v, "toward_one": toward_one(old, v)}[operation]
    if name == "status":
        return clip(new, 0, 2)
    return new if name in ABOVE_ZERO else clip(new)


def happen(w, effect, is_first_year):
    what, = [key for key in effect if key not in ("states", "when")]
    operand, who = effect[what], effect.get("states")
    is_parameter = what in w.parameters  # trade.noise is one, trade and position.security are not
    acts_each_year = effect.get("when", "each" if what == "offer" else "first") == "each"
    if not (is_parameter or is_first_year or acts_each_year):
        return
    if what == "crisis":
        w.crisis = toward_one(w.crisis, float(operand))
    elif what == "offer":
        for i, v in operands(w, operand, who).items():
            w.alignment[i] = clip(toward_one(w.alignment[i], w.p["alignment.uptake"] * v))
    elif what == "upheaval":
        for i, v in operands(w, operand, who).items():
            w.insecurity[i] = clip(toward_one(w.insecurity[i], v * w.fragility[i]))
    else:
        (operation, value), = operand.items()
        value = STATUS.get(value, value) if isinstance(value, str) else value
        if is_parameter:
            w.p[what] = {"set": value, "add": w.p[what] + value, "scale": w.p[what] * value}[operation]
        else:
            touch(w, what, operation, value, who)


def touch(w, what, operation, value, who):
    name, _, area = what.partition(".")
    areas = (area,) if area else AREAS
    if name == "position":
        for i, v in operands(w, value, who).items():
            for k in areas:
                w.position[i, k] = operate(w.position[i, k], operation, v, name)
    elif name in BY_AREA:
        for k in areas:
            getattr(w, name)[k] = operate(getattr(w, name)[k], operation, float(value), name)
    elif name in BY_STATE:
        for i, v in operands(w, value, who).items():
            getattr(w, name)[i] = operate(getattr(w, name)[i], operation, v, name)
    elif name in BY_DYAD:
        touched = operands(w, value, who)
        for i, j in w.dyads:
            if i in touched and j in touched:
                getattr(w, name)[i, j] = operate(getattr(w, name)[i, j], operation, touched[i], name)
    else:
        raise ValueError(f"an event touches {what}, which is neither a parameter nor a variable")


def step_events(w, begins, luck):
    w.p = dict(w.parameters)
    w.crisis = 0.0
    if not w.is_on("events"):
        return
    begin_events(w, begins, luck)
    for name, event in w.events.items():
        begin = begins.get(name, math.inf)
        if begin <= w.year < begin + event.get("duration", 1):
            for effect in event["effects"]:
                happen(w, effect, w.year == begin)


# ---------------------------------------------------------------------------------------------------- 2 leadership

def ces(parts, weights, rho):
    """Constant elasticity of substitution of parts; at rho = 0 the weighted geometric mean."""
    total = sum(weights)
    shares = [weight / total for weight in weights]
    if abs(rho) < 1e-9:
        return math.exp(sum(share * math.log(part) for share, part in zip(shares, parts)))
    return sum(share * part ** rho for share, part in zip(shares, parts)) ** (1 / rho)


def step_leadership(w):
    p, M = w.p, w.members()
    w.n_members = len(M)
    w.resources = {}
    for i in w.states:
        pool = sum(w.gdp[j] for j in w.states if j in M or j == i)
        w.resources[i] = w.gdp[i] / pool
    w.leadership = {i: 0.0 for i in w.states}
    w.influence = {i: 0.0 for i in w.states}
    w.appeal = {i: 0.0 for i in w.states}
    w.effective_leadership = w.drive = 0.0
    if not w.is_on("leadership"):
        return
    weights = [p["leadership.weight_" + part] for part in ("vision", "will", "resources", "skills")]
    for i in w.states:
        parts = [max(part[i], FLOOR) for part in (w.vision, w.will, w.resources, w.skills)]
        w.leadership[i] = ces(parts, weights, p["leadership.complementarity"])
    total = sum(w.leadership[i] ** p["leadership.concentration"] for i in M)
    for i in M:
        w.influence[i] = w.leadership[i] ** p["leadership.concentration"] / total
    w.effective_leadership = sum(w.influence[i] * w.leadership[i] for i in M)
    w.drive = sum(w.influence[i] * math.sqrt(w.vision[i] * w.will[i]) for i in M)
    for j in w.states:
        w.appeal[j] = sum(w.influence[i] * w.vision[i] * closeness(w, i, j) for i in M)


def closeness(w, i, j):
    return math.exp(-w.squared_distance(i, j) / (2 * w.p["leadership.tolerance"] ** 2))


# ---------------------------------------------------------------------------------------------------- 3 needs

def log_potential(w, p, ij):
    """ln T*, without θ while that is not known yet."""
    i, j = ij
    value = p["trade.constant"] + math.log(BILLION_IN_MILLIONS)
    value += p["trade.gdp"] * math.log(w.gdp[i] * w.gdp[j])
    value += p["trade.price"] * math.log(w.price[i] * w.price[j])
    value -= p["trade.distance"] * math.log(w.distance[ij])
    value += p["trade.contiguity"] * w.contiguous[ij]
    value += w.openness[i] + w.openness[j] + w.gap[ij]
    value += p["trade.infrastructure"] * w.infrastructure[ij]
    if w.status[i] == MEMBER and w.status[j] == MEMBER:
        value += p["trade.depth"] * w.depth["economy"]
        value += p["trade.commitment"] * math.sqrt(w.commitment[i] * w.commitment[j])
    return value


def step_needs(w):
    p, M = w.p, w.members()
    w.log_potential = {ij: log_potential(w, p, ij) if w.is_on("trade") else 0.0 for ij in w.dyads}
    w.need = {(i, k): 0.0 for i in w.states for k in AREAS}
    w.potential_trade = {ij: math.exp(w.log_potential[ij]) if w.is_on("trade") else 0.0 for ij in w.dyads}
    w.exposure = {i: 0.0 for i in w.states}
    w.dependence = {i: 0.0 for i in w.states}
    w.payment = {i: 0.0 for i in w.states}
    w.efficacy = {k: 0.0 for k in AREAS}
    if not w.is_on("needs"):
        return
    for j in w.states:
        others = [w.dyad(j, k) for k in M if k != j]
        potential = sum(math.exp(w.log_potential[jk]) for jk in others)
        missing = sum(math.exp(w.log_potential[jk]) * max(w.log_potential[jk] - math.log(w.trade[jk]), 0) for jk in others)
        w.need[j, "security"] = 1 - (1 - w.threat[j]) * (1 - w.insecurity[j])
        w.need[j, "economy"] = 1 - math.exp(-missing / potential) if others else 0.0
        inside = sum(w.trade[jk] for jk in others)
        w.exposure[j] = inside / BILLION_IN_MILLIONS / (w.gdp[j] * w.price[j])
        w.dependence[j] = w.exposure[j] / (w.exposure[j] + p["needs.half_dependence"])
    for k in AREAS:
        w.efficacy[k] = p["needs.base_efficacy"] + (1 - p["needs.base_efficacy"]) * w.depth[k]
    total = sum(p["payments.mobilisation"] * w.influence[i] * w.will[i] * w.gdp[i] for i in M)
    claims = sum(1 - w.resources[j] for j in M)
    for j in M:
        received = total * (1 - w.resources[j]) / claims if claims > 0 else 0.0
        w.payment[j] = 1 - math.exp(-received / (p["payments.scale"] * w.gdp[j]))


# ---------------------------------------------------------------------------------------------------- 4 the summit

def step_summit(w, luck):
    p, M = w.p, w.members()
    w.propensity = {(j, k): 0.0 for j in w.states for k in AREAS}
    w.attendance = {(j, k): 0.0 for j in w.states for k in AREAS}
    w.following = {k: 0.0 for k in AREAS}
    w.cooperation = {k: 0.0 for k in AREAS}
    w.success = {k: 0.0 for k in AREAS}  # without summits there is neither success nor failure to learn from
    if not w.is_on("summit"):
        return
    for j in M:
        for k in AREAS:
            utility = (p["summit.base"] + p["summit.need"] * w.need[j, k] * w.efficacy[k] + p["summit.appeal"] * w.appeal[j]
                       + p["summit.payment"] * w.payment[j] + p["summit.expectation"] * w.expectation[j]
                       - p["summit.sovereignty"] * w.sovereignty[j] * w.ambition[k]
                       - p["summit.outside"] * p["summit.outside_" + k] * w.alignment[j])
            w.propensity[j, k] = logistic(utility / p["summit.temperature"])
            w.attendance[j, k] = luck.takes_part(w.propensity[j, k], w.year, j, k)
    equality = p["summit.equality"]
    for k in AREAS:
        w.following[k] = sum(((1 - equality) * w.resources[j] + equality / len(M)) * w.attendance[j, k] for j in M)
        w.cooperation[k] = w.ambition[k] * w.following[k]
        w.success[k] = (w.following[k] - p["agenda.quorum"]) / (1 - p["agenda.quorum"])


# ---------------------------------------------------------------------------------------------------- 5 crisis, cohesion

def step_crisis(w):
    w.shortfall = 0.0
    if w.is_on("crisis"):
        w.shortfall = max(w.crisis - math.sqrt(w.depth["security"] * w.cooperation["security"]), 0)


def observe_cohesion(w):
    w.attitude = w.attachment = w.participation = w.cohesion = 0.0
    w.position_distance = {k: 0.0 for k in AREAS}
    if not w.is_on("cohesion"):
        return
    M = w.members()
    pairs = [(i, j) for i, j in w.dyads if i in M and j in M]
    w.attitude = 1 - mean(math.sqrt(w.squared_distance(i, j)) / math.sqrt(2) for i, j in pairs)
    w.position_distance = {k: mean(abs(w.position[i, k] - w.position[j, k]) for i, j in pairs) for k in AREAS}
    w.attachment = mean(w.commitment[j] for j in M)
    w.participation = mean(w.propensity[j, k] for j in M for k in AREAS)
    w.cohesion = (w.attitude * w.attachment * w.participation) ** (1 / 3)


# ---------------------------------------------------------------------------------------------------- 6-16 next year's

def next_ambition(w):  # 6
    p = w.p
    return {k: clip(bm(w.ambition[k], p["agenda.stride"] * w.drive * w.success[k] - p["agenda.setback_" + k] * w.shortfall)) for k in AREAS}


def next_depth(w):  # 7
    p = w.p
    return {k: clip(w.depth[k] + p["institutions.building"] * w.cooperation[k] * w.effective_leadership * (1 - w.depth[k])
                    - p["institutions.decay"] * w.depth[k]) for k in AREAS}


def next_expectation(w):  # 8
    p, e = w.p, dict(w.expectation)
    for j in w.members():
        s, g = w.need[j, "security"], w.need[j, "economy"]
        met = (s * w.cooperation["security"] * w.efficacy["security"] + g * w.cooperation["economy"] * w.efficacy["economy"]
               + w.payment[j])
        benefit = math.sqrt(met / (s + g + 1))
        e[j] = clip(e[j] + p["expectation.adjustment"] * (benefit - e[j]) - p["expectation.disappointment"] * w.shortfall * e[j])
    return e


def next_commitment(w):  # 9
    p, c = w.p, dict(w.commitment)
    for j in w.members():
        target = logistic(p["commitment.base"] + p["commitment.expectation"] * w.expectation[j]
                          + p["commitment.dependence"] * w.dependence[j] + p["commitment.insecurity"] * w.insecurity[j]
                          - p["commitment.alignment"] * w.alignment[j]
                          + p["commitment.participation"] * mean(w.attendance[j, k] for k in AREAS))
        c[j] = clip(c[j] + p["commitment.adjustment"] * (target - c[j]))
    return c


def next_alignment(w):  # 10
    p, a = w.p, dict(w.alignment)
    for i in w.states:
        if w.eligible[i]:
            a[i] = clip(a[i] - p["alignment.decay"] * (a[i] - w.alignment_start[i])
                        - p["alignment.rebuff"] * w.insecurity[i] * a[i])
    return a


def next_insecurity(w):
    return {i: clip((1 - w.p["insecurity.decay"]) * w.insecurity[i]) for i in w.states}


def next_threat(w):
    p, h, M = w.p, {}, w.members()
    for i in w.states:
        relief = p["threat.relief"] * w.cooperation["security"] * w.efficacy["security"] if i in M else 0.0
        h[i] = clip(w.threat[i] + p["threat.recovery"] * (w.threat_start[i] - w.threat[i]) - relief * w.threat[i])
    return h


def next_position(w, luck):  # 11
    p, x, M = w.p, dict(w.position), w.members()
    powers = [o for o in w.states if not w.eligible[o]]
    weight_of_powers = sum(w.gdp[o] for o in powers)
    for j in M:
        others = [i for i in M if i != j]
        trade = sum(w.trade[w.dyad(i, j)] for i in others)
        for k in AREAS:
            of_partners = (sum(w.trade[w.dyad(i, j)] * w.position[i, k] for i in others) / trade if trade > 0
                           else w.position[j, k])
            # where nobody leads, nobody's proposal pulls
            of_leaders = (sum(w.influence[i] * w.position[i, k] for i in M) if any(w.influence[i] > 0 for i in M)
                          else w.position[j, k])
            inside = 0.5 * of_partners + 0.5 * of_leaders
            step = p["positions.influence"] * w.commitment[j] * (inside - w.position[j, k])
            if weight_of_powers > 0:
                outside = sum(w.gdp[o] * w.position[o, k] for o in powers) / weight_of_powers
                step += p["positions.outside_pull"] * w.alignment[j] * (outside - w.position[j, k])
            step += p["positions.stubbornness"] * (w.position_start[j, k] - w.position[j, k])
            step += p["positions.noise"] * luck.normal("position", w.year, j, k)
            x[j, k] = clip(w.position[j, k] + step)
    return x


def next_attributes(w):  # 12
    p, V, W, S = w.p, dict(w.vision), dict(w.will), dict(w.skills)
    success = mean(w.success[k] for k in AREAS)
    for j in w.members():
        V[j] = clip(bm(V[j], p["learning.vision"] * W[j] * (success - w.shortfall), w.vision_ceiling[j]))
        W[j] = clip(bm(w.will[j], p["learning.will"] * (w.expectation[j] - p["learning.aspiration"])))
        S[j] = clip(S[j] + p["learning.skills"] * mean(w.attendance[j, k] for k in AREAS) * (1 - S[j]))
    return V, W, S


def next_infrastructure(w):  # 13
    p = w.p
    return {(i, j): clip(w.infrastructure[i, j] + p["infrastructure.building"] * w.cooperation["economy"]
                         * w.attendance[i, "economy"] * w.attendance[j, "economy"] * (1 - w.infrastructure[i, j])
                         - p["infrastructure.decay"] * w.infrastructure[i, j]) for i, j in w.dyads}


def next_trade(w, luck):  # 14
    p, T = w.p, {}
    for ij in w.dyads:
        log_trade = math.log(w.trade[ij])
        T[ij] = math.exp(log_trade + p["trade.adjustment"] * (w.log_potential[ij] - log_trade)
                         + p["trade.noise"] * luck.normal("trade", w.year, *ij))
    return T


def next_economy(w, trade_after, luck):  # 15
    p, M = w.p, w.members()
    gdp, price, growth, inflation = {}, {}, {}, {}
    for i in w.states:
        others = [w.dyad(i, k) for k in M if k != i]
        before, after = sum(w.trade[ik] for ik in others), sum(trade_after[ik] for ik in others)
        trade_growth = math.log(after / before) if before > 0 and after > 0 else 0.0

        series = w.series["gdp"].get(i, {})
        if w.year + 1 in series:
            gdp[i], growth[i] = series[w.year + 1], math.log(series[w.year + 1] / series[w.year])
        else:
            growth[i] = w.long_run_growth[i] + p["economy.persistence"] * (w.growth[i] - w.long_run_growth[i])
            gdp[i] = math.exp(math.log(w.gdp[i]) + growth[i] + p["economy.trade"] * w.dependence[i] * trade_growth
                              + p["economy.noise"] * luck.normal("economy", w.year, i))
        series = w.series["price"].get(i, {})
        if w.year + 1 in series:
            price[i], inflation[i] = series[w.year + 1], math.log(series[w.year + 1] / series[w.year])
        else:
            inflation[i] = w.long_run_inflation[i] + p["economy.persistence"] * (w.inflation[i] - w.long_run_inflation[i])
            price[i] = math.exp(math.log(w.price[i]) + inflation[i])
    return gdp, price, growth, inflation


def is_admitted(w, n, luck):
    """The vote of the members on n: as observer, or from observer to member."""
    p, M = w.p, w.members()
    approving = 0
    for i in M:
        liking = (p["membership.approval"] + p["membership.approval_similarity"] * closeness(w, i, n)
                  - p["membership.approval_alignment"] * w.alignment[n])
        if luck.uniform("approval", w.year, i, n) < logistic(liking / p["membership.temperature"]):
            approving += 1
    return bool(M) and approving / len(M) >= p["membership.rule"] - 1e-9


def next_status(w, luck):  # 16
    p, status = w.p, dict(w.status)
    for n in w.states:
        if w.status[n] == OUTSIDER and w.eligible[n]:
            wish = (p["membership.base"] + p["membership.trade"] * min(1, w.exposure[n] / p["membership.trade_saturation"])
                    + p["membership.depth"] * mean(w.depth[k] for k in AREAS) + p["membership.cohesion"] * w.cohesion
                    - p["membership.alignment"] * w.alignment[n] + p["membership.appeal"] * w.appeal[n])
            applies = luck.uniform("application", w.year, n) < logistic(wish / p["membership.temperature"])
            if applies and is_admitted(w, n, luck):
                status[n] = OBSERVER
        elif w.status[n] == OBSERVER:
            if w.tenure[n] >= p["membership.observer_years"] and w.year >= p["membership.moratorium"] \
                    and is_admitted(w, n, luck):
                status[n] = MEMBER
        elif w.status[n] == MEMBER:
            leaving = p["membership.exit"] * max(1 - w.commitment[n] / p["membership.exit_commitment"], 0)
            if luck.uniform("exit", w.year, n) < leaving:
                status[n] = OUTSIDER
    return status


# ---------------------------------------------------------------------------------------------------- the year

SCALARS = ("cohesion", "attitude", "attachment", "participation", "crisis", "shortfall", "effective_leadership", "drive",
           "n_members")
AREA_VARIABLES = ("ambition", "depth", "following", "cooperation", "efficacy", "position_distance")
STATE_VARIABLES = ("resources", "leadership", "influence", "appeal", "vision", "will", "skills", "commitment", "expectation",
                   "alignment", "threat", "insecurity", "gdp", "price", "openness", "status", "tenure", "exposure",
                   "dependence", "payment", "vision_ceiling", "sovereignty", "fragility", "eligible")
STATE_AREA_VARIABLES = ("position", "need", "propensity", "attendance")
DYAD_VARIABLES = ("trade", "potential_trade", "infrastructure", "distance", "contiguous")


def advance(w, luck):
    """Write next year's values: each is computed from this year's, and all are put in place together."""
    new = {}
    if w.is_on("summit"):
        new["ambition"] = next_ambition(w)
    if w.is_on("institutions"):
        new["depth"] = next_depth(w)
    if w.is_on("commitment"):
        new["expectation"], new["commitment"] = next_expectation(w), next_commitment(w)
    if w.is_on("security"):
        new["alignment"], new["insecurity"], new["threat"] = next_alignment(w), next_insecurity(w), next_threat(w)
    if w.is_on("positions"):
        new["position"] = next_position(w, luck)
    if w.is_on("learning"):
        new["vision"], new["will"], new["skills"] = next_attributes(w)
    if w.is_on("infrastructure"):
        new["infrastructure"] = next_infrastructure(w)
    if w.is_on("trade"):
        new["trade"] = next_trade(w, luck)
    if w.is_on("economy"):
        new["gdp"], new["price"], new["growth"], new["inflation"] = next_economy(w, new.get("trade", w.trade), luck)
    if w.is_on("membership"):
        new["status"] = next_status(w, luck)
    status = new.get("status", w.status)
    new["tenure"] = {i: w.tenure[i] + 1 if status[i] == w.status[i] else 0 for i in w.states}
    for name, values in new.items():
        setattr(w, name, values)


def record(w, out):
    for name in SCALARS:
        out.setdefault(name, []).append(getattr(w, name))
    for name in AREA_VARIABLES:
        out.setdefault(name, []).append([getattr(w, name)[k] for k in AREAS])
    for name in STATE_VARIABLES:
        out.setdefault(name, []).append([getattr(w, name)[i] for i in w.states])
    for name in STATE_AREA_VARIABLES:
        out.setdefault(name, []).append([[getattr(w, name)[i, k] for k in AREAS] for i in w.states])
    for name in DYAD_VARIABLES:
        values = getattr(w, name)
        out.setdefault(name, []).append([[values[w.dyad(i, j)] if i != j else math.nan for j in w.states] for i in w.states])


def run(configuration, luck=None):
    """All variables by year: {name: array [year, ...]}, with the axes of states in the order of the configuration, areas
    (security, economy), and for dyads a matrix of states with NaN on its diagonal."""
    luck = luck or NoLuck()
    w, begins, out = build(configuration), {}, {}
    for w.year in range(w.first_year, w.last_year + 1):
        step_events(w, begins, luck)
        step_leadership(w)
        step_needs(w)
        step_summit(w, luck)
        step_crisis(w)
        observe_cohesion(w)
        record(w, out)
        advance(w, luck)
    return {name: np.array(values, dtype=float) for name, values in out.items()}
