"""Laws: what holds for every input of a kind, tried on inputs that Hypothesis makes."""
