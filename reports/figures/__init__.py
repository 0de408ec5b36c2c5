"""Figures of one municipality and of the country.

`months` calendar · `counts` what the tables hold (the only reader of others' rows) · `publication` what is said of
that after masking · `country` totals and averages of what is said · `board` the page and the report, in words ·
`files` the spreadsheets · `catalogue` what each figure means.
"""
