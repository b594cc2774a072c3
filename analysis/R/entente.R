# Opens outputs of Entente in R and draws them in base graphics. Needs the package ncdf4 alone (on Debian r-cran-ncdf4).
#
#     source("analysis/R/entente.R")
#     results <- entente_open("results/scenarios.h5")
#     entente_fan(results, "cohesion", "history")
#     pairs <- entente_pairs(results, "without_nine_eleven", "history", "cohesion")     # [year, replicate]

ENTENTE_BLUE <- "#0072B2" # Okabe & Ito 2008, as in the pictures in Python
ENTENTE_RED <- "#D55E00"

# An output, open; results$var and results$dim list what is in it. Close it with ncdf4::nc_close(results).
entente_open <- function(path) {
  if (!file.exists(path)) stop(path, ": no such file", call. = FALSE)
  results <- ncdf4::nc_open(path)
  if (!ncdf4::ncatt_get(results, 0, "entente_version")$hasatt) {
    ncdf4::nc_close(results)
    stop(path, ": no output of Entente: it has no attribute entente_version", call. = FALSE)
  }
  results
}

# A variable as an array with named dimensions, in R's order (year first), at the choice of each dimension that is named:
# entente_read(results, "trade", scenario = "history", state = "CHN", partner = "RUS") is [year, replicate]. Of an experiment
# with one point the point is left out.
entente_read <- function(results, variable, ...) {
  if (is.null(results$var[[variable]])) stop("no variable ", variable, " in ", results$filename, call. = FALSE)
  dims <- vapply(results$var[[variable]]$dim, function(d) d$name, "")
  names <- lapply(stats::setNames(dims, dims), function(d) as.character(ncdf4::ncvar_get(results, d)))
  array <- array(ncdf4::ncvar_get(results, variable), lengths(names), names)
  choice <- list(...)
  if ("point" %in% dims && length(names$point) == 1) choice$point <- names$point
  for (d in names(choice)) array <- entente_choose(array, d, choice[[d]])
  array
}

# One value of a dimension, which is then left out.
entente_choose <- function(array, dimension, value) {
  there <- dimnames(array)[[dimension]]
  if (!value %in% there) {
    stop("no ", dimension, " ", value, " here; there are: ", paste(there, collapse = ", "), call. = FALSE)
  }
  index <- lapply(names(dimnames(array)), function(d) if (d == dimension) which(there == value) else TRUE)
  rest <- dimnames(array)[names(dimnames(array)) != dimension]
  array(do.call(`[`, c(list(array), index)), lengths(rest), rest)
}

# The title of a scenario.
entente_title <- function(results, scenario) {
  ncdf4::ncvar_get(results, "scenario_title")[match(scenario, ncdf4::ncvar_get(results, "scenario"))]
}

# The name of a state.
entente_name <- function(results, state) {
  ncdf4::ncvar_get(results, "state_name")[match(state, ncdf4::ncvar_get(results, "state"))]
}

# Differences between runs with the same luck, scenario less against: [year, replicate]. A failed run makes no pair (NA).
entente_pairs <- function(results, scenario, against, variable, ...) {
  entente_read(results, variable, scenario = scenario, ...) - entente_read(results, variable, scenario = against, ...)
}

# What pairs say by year: mean, half of its 95 % interval by Student's t, 5 and 95 % quantile, share above 0.
entente_summary <- function(pairs) {
  n <- rowSums(!is.na(pairs))
  ends <- apply(pairs, 1, stats::quantile, c(0.05, 0.95), na.rm = TRUE)
  data.frame(year = as.integer(rownames(pairs)), mean = rowMeans(pairs, na.rm = TRUE),
             half = stats::qt(0.975, n - 1) * apply(pairs, 1, stats::sd, na.rm = TRUE) / sqrt(n),
             low = ends[1, ], high = ends[2, ], above = rowMeans(pairs > 0, na.rm = TRUE), row.names = NULL)
}

# How much the trade of one state grew, observed and in a scenario: one row a partner whose trade was observed.
entente_growth <- function(results, scenario, state = "CHN") {
  observed <- entente_read(results, "observed_trade", state = state) # the same for all scenarios
  trade <- entente_read(results, "trade", scenario = scenario, state = state)
  grown <- function(partner) {
    seen <- observed[partner, ]
    years <- names(seen)[!is.na(seen)]
    ends <- years[c(1, length(years))]
    runs <- entente_choose(trade, "partner", partner)
    ratio <- runs[ends[2], ] / runs[ends[1], ]
    q <- stats::quantile(ratio, c(0.05, 0.5, 0.95), na.rm = TRUE)
    data.frame(partner = entente_name(results, partner), first = ends[1], last = ends[2],
               observed = seen[[ends[2]]] / seen[[ends[1]]], mean = mean(ratio, na.rm = TRUE),
               low = q[[1]], median = q[[2]], high = q[[3]])
  }
  do.call(rbind, lapply(rownames(observed)[rowSums(!is.na(observed)) > 1], grown))
}

# Title, and below it in grey how to read the picture: legend() goes wrong in notebooks, which draw for another size first.
entente_head <- function(title, below) {
  graphics::mtext(title, line = 1.4, adj = 0, cex = 1)
  graphics::mtext(below, line = 0.3, adj = 0, cex = 0.8, col = "#6B6B6B")
}

entente_frame <- function(years, limits, title, below, ylab) {
  graphics::par(mar = c(3, 4.2, 3, 1), las = 1, mgp = c(3, 0.6, 0), tcl = -0.25, cex = 0.9)
  graphics::plot(range(years), limits, type = "n", bty = "l", xlab = "", ylab = ylab, main = "")
  entente_head(title, below)
}

entente_band <- function(years, low, high, alpha) {
  graphics::polygon(c(years, rev(years)), c(low, rev(high)), col = grDevices::adjustcolor(ENTENTE_BLUE, alpha), border = NA)
}

# Places on a logarithmic axis: 2, 3, 5, 7, 10 … within limits.
entente_ticks <- function(limits) {
  places <- sort(outer(c(1, 1.5, 2, 3, 5, 7), 10^(-3:6)))
  places[places >= limits[1] & places <= limits[2]]
}

# Fan chart: the median run by year, and bands that hold the middle 50 and 90 % of the runs.
entente_fan <- function(results, variable, scenario, ..., limits = NULL) {
  runs <- entente_read(results, variable, scenario = scenario, ...)
  years <- as.integer(rownames(runs))
  q <- apply(runs, 1, stats::quantile, c(0.05, 0.25, 0.5, 0.75, 0.95), na.rm = TRUE)
  entente_frame(years, if (is.null(limits)) range(q) else limits, entente_title(results, scenario),
                "Line: the median run. Bands: the middle 50 and 90 % of runs", gsub("_", " ", variable))
  entente_band(years, q[1, ], q[5, ], 0.22)
  entente_band(years, q[2, ], q[4, ], 0.3)
  graphics::lines(years, q[3, ], col = ENTENTE_BLUE, lwd = 2)
  invisible(q)
}

# What pairs say, drawn: the middle 90 % of them, and their mean with its 95 % interval.
entente_draw_pairs <- function(pairs, title, ylab) {
  s <- entente_summary(pairs)
  entente_frame(s$year, range(s$low, s$high, 0), title,
                "Line: the mean, with its 95 % interval. Band: the middle 90 % of pairs", ylab)
  entente_band(s$year, s$low, s$high, 0.22)
  graphics::abline(h = 0)
  wide <- s[s$half > 0, ] # arrows() warns of those without length
  graphics::arrows(wide$year, wide$mean - wide$half, y1 = wide$mean + wide$half, angle = 90, code = 3, length = 0.02,
                   col = ENTENTE_BLUE)
  graphics::lines(s$year, s$mean, col = ENTENTE_BLUE, lwd = 2)
  invisible(s)
}

# Growth, drawn: a row a partner, on a logarithmic axis.
entente_draw_growth <- function(growth, title) {
  growth <- growth[order(growth$observed), ]
  place <- seq_len(nrow(growth))
  graphics::par(mar = c(3.6, 6, 3, 1), las = 1, mgp = c(2.2, 0.6, 0), tcl = -0.25, cex = 0.9)
  limits <- range(growth$low, growth$high, growth$observed)
  graphics::plot(limits, c(0.5, nrow(growth) + 0.5), log = "x", type = "n", bty = "n", xaxt = "n", yaxt = "n", ylab = "",
                 xlab = paste("times the trade of", growth$first[1], "(logarithmic)"), main = "")
  graphics::axis(1, entente_ticks(limits * c(0.95, 1.05)), paste0("\u00d7", entente_ticks(limits * c(0.95, 1.05))))
  entente_head(title, "Diamond: observed. Line: the median run. Bar: the middle 90 % of runs")
  graphics::axis(2, place, growth$partner, tick = FALSE)
  graphics::segments(growth$low, place, growth$high, lwd = 6, lend = 1, col = grDevices::adjustcolor(ENTENTE_BLUE, 0.35))
  graphics::segments(growth$median, place - 0.2, y1 = place + 0.2, lwd = 2.5, lend = 1, col = ENTENTE_BLUE)
  graphics::points(growth$observed, place, pch = 18, cex = 1.7, col = ENTENTE_RED)
}
