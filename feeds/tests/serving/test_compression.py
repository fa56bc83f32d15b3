"""Templates as the server reads them, and how answers are compressed."""

import gzip

from serving.compression import compressed, tight


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


def test_an_answer_is_compressed_and_its_length_tells_nothing_of_what_is_in_it():
    page = b"<p>A word</p>" * 100
    answers = [compressed(page) for _ in range(30)]
    assert {gzip.decompress(answer) for answer in answers} == {page}
    assert len({len(answer) for answer in answers}) > 10
