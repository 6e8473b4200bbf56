# The same work as benchmarks/simulation_task.py by mrgsolve: called by simulation_mrgsolve.py with a folder.
# Reads people.csv (one row a person), doses.csv, times.csv; writes seen.csv (the first people) and seconds.csv.
suppressPackageStartupMessages(library(mrgsolve))

folder <- commandArgs(trailingOnly = TRUE)[1]
read_table <- function(name) read.csv(file.path(folder, name))

code <- "
$PARAM CL = 1, V1 = 1, Q2 = 1, V2 = 1, Q3 = 1, V3 = 1, CLM = 1, VM = 1, KE0 = 1
$CMT CENTRAL SHALLOW DEEP METABOLITE EFFECT
$ODE
double plasma = CENTRAL / V1;
dxdt_CENTRAL = Q2 * (SHALLOW / V2 - plasma) + Q3 * (DEEP / V3 - plasma) - CL * plasma;
dxdt_SHALLOW = Q2 * (plasma - SHALLOW / V2);
dxdt_DEEP = Q3 * (plasma - DEEP / V3);
dxdt_METABOLITE = CL * plasma - CLM * METABOLITE / VM;
dxdt_EFFECT = KE0 * (plasma - EFFECT);
$TABLE
capture ketamine = 1000 * CENTRAL / V1;
capture norketamine = 1000 * METABOLITE / VM;
capture effect = 500 * EFFECT; // of S-ketamine, half of the racemate
"
model <- mcode("task", code, quiet = TRUE, rtol = 1e-8, atol = 1e-8)
model <- idata_set(model, read_table("people.csv"))
doses <- read_table("doses.csv")
infusions <- do.call(c, lapply(seq_len(nrow(doses)), function(row) {
  ev(time = doses$time[row], amt = doses$amt[row], rate = doses$rate[row], cmt = "CENTRAL")
}))
times <- read_table("times.csv")$time
work <- function() mrgsim(model, events = infusions, tgrid = times, obsonly = TRUE, output = "df")

seen <- work()
seconds <- min(vapply(1:3, function(run) system.time(work())[["user.self"]], numeric(1)))
write.csv(seen[seen$ID <= 10, ], file.path(folder, "seen.csv"), row.names = FALSE)
write.csv(data.frame(seconds = seconds, version = as.character(packageVersion("mrgsolve"))),
          file.path(folder, "seconds.csv"), row.names = FALSE)
