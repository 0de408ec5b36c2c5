"""Forms about one's own account: `profile`, and in `sign_in` and `second_factor` allauth's forms in our words."""
