# ruff: noqa: E501
"""Questions over 2Wiki's graph with the query that a person would write; None: not answerable.

`HELD_OUT` was written before the program was, from a list of names and the schema alone.
"""

from __future__ import annotations

F = "coalesce(f.stated, true) AND NOT coalesce(f.negated, false)"
G = "coalesce(g.stated, true) AND NOT coalesce(g.negated, false)"


def to(pred: str, name: str, what: str = "DISTINCT t.name", label: str = "Entity") -> str:
    """Subjects of a fact with a named object."""
    return f"MATCH (t:{label})-[f:{pred}]->(x {{name: '{name}'}}) WHERE {F} RETURN {what}"


def of(pred: str, name: str, what: str = "DISTINCT coalesce(t.name, t.text)") -> str:
    """Objects of a fact with a named subject."""
    return f"MATCH (x {{name: '{name}'}})-[f:{pred}]->(t) WHERE {F} RETURN {what}"


def children(name: str, what: str = "DISTINCT t.name") -> str:
    """Stated of the parent, or of the child."""
    said = "(type(f) = 'CHILD' AND startNode(f) = x OR type(f) = 'FATHER' AND endNode(f) = x)"
    return f"MATCH (x {{name: '{name}'}})-[f:CHILD|FATHER]-(t) WHERE {F} AND {said} RETURN {what}"


def two(name: str, first: str, second: str) -> str:
    """x -first-> y -second-> t."""
    return (
        f"MATCH (x {{name: '{name}'}})-[f:{first}]->(y)-[g:{second}]->(t) WHERE {F} AND {G} "
        "RETURN DISTINCT coalesce(t.name, t.text)"
    )


def dated(pred: str, name: str, date: str, test: str, what: str = "DISTINCT t.name") -> str:
    """Subjects of a fact with a named object and a date that passes a test."""
    return (
        f"MATCH (t)-[f:{pred}]->(x {{name: '{name}'}}), (t)-[g:{date}]->(d:Value) "
        f"WHERE {F} AND {G} AND {test} RETURN {what}"
    )


def most(pred: str, counted: str, by: str) -> str:
    """Who has the most of something; `counted` and `by` name the ends s and o."""
    return (
        f"MATCH (s)-[f:{pred}]->(o) WHERE {F} WITH {by} AS t, count(DISTINCT {counted}) AS n "
        "WITH collect({t: t.name, n: n}) AS rows, max(n) AS m UNWIND rows AS r "
        "WITH r, m WHERE r.n = m RETURN r.t"
    )


HELD_OUT = [
    ("Which films did Éric Rohmer direct?", to("DIRECTOR", "Éric Rohmer")),
    ("How many movies were directed by Michael Curtiz?", to("DIRECTOR", "Michael Curtiz", "count(DISTINCT t)")),
    ("When was Frank Borzage born?", of("DATE_OF_BIRTH", "Frank Borzage")),
    ("Where did Michael Curtiz die?", of("PLACE_OF_DEATH", "Michael Curtiz")),
    ("List all works directed by Lamberto Bava that came out before 1985.", dated("DIRECTOR", "Lamberto Bava", "PUBLICATION_DATE", "d.value < '1985'")),
    ("Who directed the most films?", most("DIRECTOR", "s", "o")),
    ("What is the latest film by Tsui Hark?", "MATCH (t)-[f:DIRECTOR|SCREENWRITER|PRODUCER|AUTHOR|COMPOSER|PERFORMER|CREATOR]->(x {name: 'Tsui Hark'}), (t)-[g:PUBLICATION_DATE]->(d) WITH t, d ORDER BY d.value DESC LIMIT 1 RETURN t.name"),
    ("How many people were born in Paris?", to("PLACE_OF_BIRTH", "Paris", "count(DISTINCT t)", "Person")),
    ("Which people born in Vienna died in London?", f"MATCH (t)-[f:PLACE_OF_BIRTH]->({{name: 'Vienna'}}), (t)-[g:PLACE_OF_DEATH]->({{name: 'London'}}) WHERE {F} AND {G} RETURN DISTINCT t.name"),
    ("Was Michael Curtiz born in Budapest?", f"MATCH ({{name: 'Michael Curtiz'}})-[f:PLACE_OF_BIRTH]->({{name: 'Budapest'}}) WHERE {F} RETURN count(f) > 0"),
    ("Who is older, Frank Borzage or Éric Rohmer?", "MATCH (t)-[f:DATE_OF_BIRTH]->(d) WHERE t.name IN ['Frank Borzage', 'Éric Rohmer'] WITH collect({t: t.name, v: d.value}) AS rows, min(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who directed more films, Tsui Hark or Michael Curtiz?", "MATCH (s)-[f:DIRECTOR]->(t) WHERE t.name IN ['Tsui Hark', 'Michael Curtiz'] WITH t, count(DISTINCT s) AS n ORDER BY n DESC LIMIT 1 RETURN t.name"),
    ("Show me everyone who died in Hollywood after 1960.", dated("PLACE_OF_DEATH", "Hollywood", "DATE_OF_DEATH", "d.value >= '1961'")),
    ("In what year was the director of Somebody Slap Me's singer born?", None),
    ("What is the birthplace of the performer of Somebody Slap Me?", two("Somebody Slap Me", "PERFORMER", "PLACE_OF_BIRTH")),
    ("Which actors earned more than a million dollars?", None),
    ("How tall is Michael Curtiz?", None),
    ("Which directors were born in Rome?", "MATCH (w)-[g:DIRECTOR]->(t)-[f:PLACE_OF_BIRTH]->({name: 'Rome'}) RETURN DISTINCT t.name"),
    ("Who was married to John Dickens?", "MATCH (t)-[f:SPOUSE]-({name: 'John Dickens'}) RETURN DISTINCT t.name"),
    ("Which awards did Chris Brown win in Paris on a rainy day?", None),
]  # fmt: skip

DEVELOPMENT = [
    ("Who directed Somebody Up There Likes Me?", None),
    ("Which films did Lamberto Bava direct?", to("DIRECTOR", "Lamberto Bava")),
    ("What films did J. Lee Thompson direct?", to("DIRECTOR", "J. Lee Thompson")),
    ("Films directed by Mario Soffici", to("DIRECTOR", "Mario Soffici")),
    ("List the films directed by Alberto De Martino.", to("DIRECTOR", "Alberto De Martino")),
    ("Show me all movies that Fernando Cortés directed.", to("DIRECTOR", "Fernando Cortés")),
    ("How many films did David Gordon Green direct?", to("DIRECTOR", "David Gordon Green", "count(DISTINCT t)")),
    ("How many movies has Tsui Hark directed?", to("DIRECTOR", "Tsui Hark", "count(DISTINCT t)")),
    ("How many films are directed by Éric Rohmer?", to("DIRECTOR", "Éric Rohmer", "count(DISTINCT t)")),
    ("Where was David Gordon Green born?", of("PLACE_OF_BIRTH", "David Gordon Green")),
    ("When did Frank Borzage die?", of("DATE_OF_DEATH", "Frank Borzage")),
    ("When was Tsui Hark born?", of("DATE_OF_BIRTH", "Tsui Hark")),
    ("In which city was Éric Rohmer born?", of("PLACE_OF_BIRTH", "Éric Rohmer")),
    ("In what year did Michael Curtiz die?", of("DATE_OF_DEATH", "Michael Curtiz")),
    ("What is the date of birth of Lamberto Bava?", of("DATE_OF_BIRTH", "Lamberto Bava")),
    ("What is Lamberto Bava's date of birth?", of("DATE_OF_BIRTH", "Lamberto Bava")),
    ("Who is the father of Lamberto Bava?", of("FATHER", "Lamberto Bava")),
    ("Who is the performer of Somebody Slap Me?", of("PERFORMER", "Somebody Slap Me")),
    ("Where was the performer of Somebody Slap Me born?", two("Somebody Slap Me", "PERFORMER", "PLACE_OF_BIRTH")),
    ("What is the date of birth of Somebody Slap Me's performer?", two("Somebody Slap Me", "PERFORMER", "DATE_OF_BIRTH")),
    ("Which people were born in London?", to("PLACE_OF_BIRTH", "London", label="Person")),
    ("Who was born in Berlin?", to("PLACE_OF_BIRTH", "Berlin")),
    ("Who was born in Vienna and died in Berlin?", "MATCH (t)-[f:PLACE_OF_BIRTH]->({name: 'Vienna'}), (t)-[g:PLACE_OF_DEATH]->({name: 'Berlin'}) RETURN DISTINCT t.name"),
    ("Who was born in Paris before 1800?", dated("PLACE_OF_BIRTH", "Paris", "DATE_OF_BIRTH", "d.value < '1800'")),
    ("Which people born in London died after 1990?", dated("PLACE_OF_BIRTH", "London", "DATE_OF_DEATH", "d.value >= '1991'")),
    ("How many people died in Paris?", to("PLACE_OF_DEATH", "Paris", "count(DISTINCT t)", "Person")),
    ("How many people died in London between 1900 and 1950?", dated("PLACE_OF_DEATH", "London", "DATE_OF_DEATH", "d.value >= '1900' AND d.value < '1951'", "count(DISTINCT t)")),
    ("Which films directed by J. Lee Thompson were released after 1960?", dated("DIRECTOR", "J. Lee Thompson", "PUBLICATION_DATE", "d.value >= '1961'")),
    ("Which films by Michael Curtiz came out before 1930?", "MATCH (t)-[f:DIRECTOR|AUTHOR|PERFORMER|COMPOSER|SCREENWRITER|CREATOR]->(x {name: 'Michael Curtiz'}), (t)-[g:PUBLICATION_DATE]->(d) WHERE d.value < '1930' RETURN DISTINCT t.name"),
    ("Which films that Ray Taylor directed were released in 1935?", dated("DIRECTOR", "Ray Taylor (director)", "PUBLICATION_DATE", "d.value STARTS WITH '1935'")),
    ("What is the oldest film directed by Frank Borzage?", "MATCH (t)-[:DIRECTOR]->({name: 'Frank Borzage'}), (t)-[:PUBLICATION_DATE]->(d) WITH collect({t: t.name, v: d.value}) AS rows, min(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Which film by Steno is the latest?", None),
    ("What is the first film that David Gordon Green directed?", "MATCH (t)-[:DIRECTOR]->({name: 'David Gordon Green'}), (t)-[:PUBLICATION_DATE]->(d) WITH collect({t: t.name, v: d.value}) AS rows, min(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who is the oldest person born in Berlin?", "MATCH (t)-[:PLACE_OF_BIRTH]->({name: 'Berlin'}), (t)-[:DATE_OF_BIRTH]->(d) WITH collect({t: t.name, v: d.value}) AS rows, min(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who is the youngest person who died in Paris?", "MATCH (t)-[:PLACE_OF_DEATH]->({name: 'Paris'}), (t)-[:DATE_OF_BIRTH]->(d) WITH collect({t: t.name, v: d.value}) AS rows, max(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who was born first, Tsui Hark or Éric Rohmer?", "MATCH (t)-[:DATE_OF_BIRTH]->(d) WHERE t.name IN ['Tsui Hark', 'Éric Rohmer'] WITH collect({t: t.name, v: d.value}) AS rows, min(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who died later, Frank Borzage or Michael Curtiz?", "MATCH (t)-[:DATE_OF_DEATH]->(d) WHERE t.name IN ['Frank Borzage', 'Michael Curtiz'] WITH collect({t: t.name, v: d.value}) AS rows, max(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who is younger, Lamberto Bava or Tsui Hark?", "MATCH (t)-[:DATE_OF_BIRTH]->(d) WHERE t.name IN ['Lamberto Bava', 'Tsui Hark'] WITH collect({t: t.name, v: d.value}) AS rows, max(d.value) AS m UNWIND rows AS r WITH r, m WHERE r.v = m RETURN r.t"),
    ("Who directed more movies, Frank Borzage or Steno?", "MATCH (s:Work)-[f:DIRECTOR]->(t) WHERE t.name IN ['Frank Borzage', 'Steno (director)'] WITH t, count(DISTINCT s) AS n ORDER BY n DESC LIMIT 1 RETURN t.name"),
    ("Which director directed the most movies?", most("DIRECTOR", "s", "o")),
    ("Which person has the most children?", most("CHILD", "o", "s")),
    ("Who performed the most songs?", most("PERFORMER", "s", "o")),
    ("Who directed more than 8 films?", f"MATCH (s)-[f:DIRECTOR]->(t) WHERE {F} WITH t, count(DISTINCT s) AS n WHERE n > 8 RETURN t.name"),
    ("Which place were the most people born in?", most("PLACE_OF_BIRTH", "s", "o")),
    ("Did Tsui Hark direct Somebody Slap Me?", "RETURN false"),
    ("Was Frank Borzage born in Salt Lake City?", f"MATCH ({{name: 'Frank Borzage'}})-[f:PLACE_OF_BIRTH]->({{name: 'Salt Lake City'}}) WHERE {F} RETURN count(f) > 0"),
    ("Which directors died in Hollywood?", "MATCH (w)-[g:DIRECTOR]->(t)-[f:PLACE_OF_DEATH]->({name: 'Hollywood'}) RETURN DISTINCT t.name"),
    ("Who are the children of Lothair II?", children("Lothair II")),
    ("How many children did Lothair II have?", children("Lothair II", "count(DISTINCT t)")),
    ("Who was Lothair II married to?", "MATCH (t)-[f:SPOUSE]-({name: 'Lothair II'}) RETURN DISTINCT t.name"),
    ("Which people whose father is Lothair I were born before 900?", None),
    ("Who is the spouse of the director of The Mortal Storm?", two("Mortal Storm", "DIRECTOR", "SPOUSE")),
    ("Which films have a budget above one million?", None),
    ("Who likes Tsui Hark?", None),
    ("Which films did Tsui Hark not direct?", None),
    ("Why did Michael Curtiz move to America?", None),
    ("Which films directed by Tsui Hark won an Oscar?", "MATCH ({name: 'Tsui Hark'})<-[:DIRECTOR]-(t)-[:AWARD_RECEIVED]->({name: 'Oscar'}) RETURN t.name"),
    ("How many people are there?", "MATCH (t:Person) RETURN count(t)"),
    ("Who married whom in 1850?", None),
    ("Summarise the life of Frank Borzage.", None),
]  # fmt: skip
"""Where a name is not the graph's own or a relation is not in it, a refusal is right."""
