"""Values from outside, parsed and compared: texts, links, amounts, colours, clocks and network addresses. Pure."""
