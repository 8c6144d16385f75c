# The text of a field in a language for each id; English where it has no translation yet.
label <- function(tables, table, field, id, lang) {
  known <- unique(tables$labels$lang)
  if (!all(lang %in% known)) stop("no labels in ", lang, "; languages: ", toString(known))
  text <- function(lang) {
    labels <- tables$labels
    rows <- labels[labels$table == table & labels$field == field & labels$lang == lang, ]
    rows$text[match(id, rows$id)]
  }
  found <- text(lang)
  ifelse(is.na(found), text("en"), found)
}
