"""Values from outside, understood: texts, links, amounts, colours, clocks and network addresses. Pure."""
