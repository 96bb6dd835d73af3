"""From wear to a funded plan: order, estimates, the MEKS filter, the plan; pure, with units."""
