"""Events with live commentary: the product."""
