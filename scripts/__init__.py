"""One stage a module: validate, build, publish, and what they share. Never imported by hikaku."""
