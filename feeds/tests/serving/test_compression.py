"""Templates as the server reads them."""

from serving.compression import tight


def test_a_template_loses_what_is_there_for_who_reads_it_and_keeps_the_spaces_between_words():
    template = (
        "{% comment %}\nFor whom it is.\n{% endcomment %}\n<p>\n  {% if name %}\n    {{ name }},\n    <b>you</b>\n"
        "  {% else %}{# nobody #}\n    Nobody\n  {% endif %}\n\n  {% include 'a' %}\n</p>\n"
        '  {% url "home" as home %}\n<textarea>\n{{ text }}</textarea>\n'
    )
    assert tight(template) == (
        "{##}<p>\n{% if name %}{{ name }},\n<b>you</b>\n"
        "{% else %}{# nobody #}Nobody\n{% endif %}{% include 'a' %}\n</p>\n"
        '{% url "home" as home %}<textarea>\n{{ text }}</textarea>\n'
    )
