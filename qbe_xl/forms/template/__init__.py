"""The county template: input sheets, and live result sheets made of native formulas only."""

from qbe_xl.forms.template.build import Template, template_bytes, write_template
from qbe_xl.forms.template.layout import DEFAULT_SCHOOLS, MAX_SCHOOLS, MIN_SCHOOLS

__all__ = ["DEFAULT_SCHOOLS", "MAX_SCHOOLS", "MIN_SCHOOLS", "Template", "template_bytes", "write_template"]
