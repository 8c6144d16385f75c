# Reads a release's CSV by the descriptor's types, and its SQLite file; prints both as JSON.
suppressPackageStartupMessages({library(readr); library(jsonlite); library(DBI)})
release <- commandArgs(trailingOnly = TRUE)[1]
package <- fromJSON(file.path(release, "datapackage.json"), simplifyVector = FALSE)
store <- dbConnect(RSQLite::SQLite(), file.path(release, "hikaku.sqlite"), flags = RSQLite::SQLITE_RO)
codes <- c(string = "c", integer = "i", number = "d", date = "D")
result <- list()
for (resource in package$resources) {
  types <- vapply(resource$schema$fields, function(f) f$type, "")
  data <- read_csv(file.path(release, resource$path), na = "", trim_ws = FALSE, progress = FALSE,
                   col_types = paste(codes[types], collapse = ""))
  stored <- dbGetQuery(store, sprintf('SELECT count(*) AS n FROM "%s"', resource$name))$n
  values <- lapply(data, function(v) if (inherits(v, "Date")) as.character(v) else v)
  result[[resource$name]] <- list(
    csv = unbox(nrow(data)), sqlite = unbox(stored),
    types = vapply(data, function(v) class(v)[1], "", USE.NAMES = FALSE),
    values = unname(values))
}
dbDisconnect(store)
cat(toJSON(result, na = "null", digits = NA, auto_unbox = FALSE, always_decimal = FALSE))
