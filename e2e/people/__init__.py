"""People in browsers, in the words of the product: stories say what each does and sees, and the way is here.

Everything is found as its users find it, by role and label, and every `expect` waits for the page
itself to get there.
"""
