"""A made-up district and the paperwork of its clerks; nothing here reads or is read by the product."""
