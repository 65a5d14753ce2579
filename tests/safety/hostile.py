"""Hostile files, each a kind of its own, and the finding that each must end in.

Every builder gives the file's bytes; nothing here is larger than some tens of MB, and most are a few kB. Those that are
built on a sample are real reports with one thing wrong: where a kind says COUNTY, the report is read.
"""

from __future__ import annotations

from dataclasses import replace

from tests.safety import hostile_formats, hostile_packages
from tests.safety.hostile_kinds import BOUNDS, COUNTY, DAMAGED, DIED, KINDS, STRANGE, Hostile

__all__ = ["COUNTY", "KINDS", "Hostile", "hostile_formats", "hostile_packages"]

# What the kinds end in whose families do not all end alike.
_ENDS = {
    DAMAGED: (
        "odd_cells_column_without_row",
        "odd_cells_small_letters",
        "odd_cells_one_cell_twice",
        "odd_cells_rows_backwards",
        "odd_cells_no_string_of_that_number",
        "odd_cells_huge_string_number",
        "odd_cells_number_of_5000_digits",
        "odd_cells_nan_and_infinity",
        "odd_cells_no_number_at_all",
        "odd_cells_a_wrong_date",
        "a_value_in_a_report_nan",
        "a_value_in_a_report_of_5000_digits",
        "xls_cut_in_half",
        "xls_record_beyond_the_end",
        "xls_rubbish",
        "xls_sheet_far_away",
        "xls_magic_alone",
        "xls_sectors_of_2_to_the_60",
        "xls_directory_in_itself",
        "ods_repeated_cells",
        "ods_repeated_beyond_numbers",
        "ods_rubbish",
        "ods_no_content",
    ),
    STRANGE: (
        "odd_cells_row_and_cell_differ",
        "odd_cells_negative_string",
        "odd_cells_no_such_type",
        "odd_cells_no_such_style",
        "odd_cells_half_a_character",
        "odd_cells_dde",
        "odd_cells_brackets_2000_deep",
        "odd_cells_regex_blowing_formula",
        "odd_cells_shared_by_the_whole_sheet",
        "odd_cells_array_of_the_whole_sheet",
        "relations_odd_to_itself",
        "relations_odd_ten_thousand",
        "relations_odd_a_picture_as_sheet",
        "xls_chain_without_end",
        "xlsb_rubbish",
        "xlsb_record_beyond_the_end",
        "xlsb_endless_sheet",
        "ods_laughs",
    ),
    COUNTY: (
        "a_value_in_a_report_infinite",
        "a_value_in_a_report_underscored",
        "a_value_in_a_report_of_arabic_digits",
        "a_value_in_a_report_negative_zero",
        "a_value_in_a_report_tiny",
        "a_value_in_a_report_of_100000_characters",
        "a_value_in_a_report_half_a_character",
        "a_value_in_a_report_a_formula_as_text",
        "a_value_in_a_report_braces",
    ),
    DIED: ("xls_far_cell",),
    BOUNDS: ("ods_bomb",),
}
_BY_NAME = {name: ends for ends, names in _ENDS.items() for name in names}
KINDS[:] = [replace(each, ends=_BY_NAME.get(each.name, each.ends)) for each in KINDS]
