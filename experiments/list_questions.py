# ruff: noqa: E501
"""Questions for lists and counts over 2Wiki's corpus, with what the corpus states, by reading.

`DEVELOPMENT` was written from names that the corpus has, before any answer was seen. Its items were
then read off the passages that name the one asked about; what can be argued about (a film that is
only said to be among someone's, a half-sister) is `maybe`: neither wanted nor wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A question with all its items; `numbers` are counts that the text itself states."""

    question: str
    items: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    counts: bool = False


def listed(question: str, items: str = "", maybe: str = "") -> ListQuestion:
    """A list; items are parted by semicolons, names of one item by "="."""
    return ListQuestion(question, _parts(items), _parts(maybe))


def counted(question: str, items: str = "", maybe: str = "", stated: str = "") -> ListQuestion:
    """A count of items, or a number that the text states."""
    return ListQuestion(question, _parts(items), _parts(maybe), _parts(stated), counts=True)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


DEVELOPMENT = [
    listed("Which films did Michael Curtiz direct?", "God's Gift to Women; Bright Leaf; The Vagabond King; Mrs. Dane's Confession; Júdás; Prisoner of the Night; The Lady Takes a Sailor; Captain Blood; The Adventures of Robin Hood; Angels with Dirty Faces; The Sea Wolf; Casablanca; Mildred Pierce; Yankee Doodle Dandy; This Is the Army; White Christmas; Life With Father; We're No Angels", "Sons of Liberty"),
    listed("List the films directed by John Farrow.", "The Hitler Gang; West of Shanghai; The Unholy Wife; The Invisible Menace"),
    listed("What movies has Eddie Romero directed?", "Kamakalawa; The Walls of Hell; A Case of Honor; Brides of Blood; The Mad Doctor of Blood Island; Beast of Blood"),
    listed("Name all films that William Clemens directed.", "Nancy Drew... Reporter; Nancy Drew and the Hidden Staircase; Nancy Drew… Trouble Shooter; Calling Philo Vance; Man Hunt"),
    listed("Which films star Warner Baxter?", "Crime Doctor's Man Hunt; Shadows in the Night; The Crime Doctor's Diary; The Crime Doctor's Gamble; The Crime Doctor's Courage; The Crime Doctor's Strangest Case; Robin Hood of El Dorado; To Mary – with Love"),
    listed("In which films did James Cagney act?", "Frisco Kid; The Strawberry Blonde; The Time of Your Life; White Heat"),
    listed("Which pictures did Lesley Selander direct?", "Range War; Robin Hood of Texas; Tall Man Riding; Riders of the Range"),
    listed("Show me all films by Ingmar Bergman.", "Winter Light; Through a Glass Darkly; Brink of Life; Smiles of a Summer Night; The Seventh Seal; Wild Strawberries; Persona; Cries and Whispers; Scenes from a Marriage; Fanny and Alexander", "The Silence; Woman Without a Face"),
    listed("Who are the children of Lothair II?", "Bertha"),
    listed("List the children of Archduke Karl Ludwig of Austria.", "Archduke Otto of Austria; Archduchess Maria Annunciata of Austria; Archduchess Elisabeth Amalie of Austria", "Archduke Franz Ferdinand of Austria"),
    listed("What are the names of Queen Victoria's children?", "Prince Arthur", "Duke of Connaught"),
    listed("Who were the sons of Edsel Ford?", "Henry Ford II; William Clay Ford Sr."),
    listed("Which children did Hussein of Jordan have?", "Princess Alia bint Hussein; Princess Raiyah bint Hussein; Princess Aisha bint Hussein", "Princess Zein bint Hussein; Princess Iman bint ِHussein; Hamzah; Hashem; Abdullah II of Jordan"),
    listed("Who are the kids of Otto von Habsburg?", "Andrea von Habsburg; Michaela von Habsburg; Karl von Habsburg; Monika von Habsburg"),
    listed("List the members of the House of Piast.", "Alexander of Masovia; Siemowit IV; Elizabeth Richeza of Poland; Richeza of Poland; Margaret of Masovia", "Przemysł II; Frederick II of Legnica"),
    listed("Who are the members of the House of Wettin?", "Dorothea Maria of Saxe-Gotha-Altenburg; Fredericka Elisabeth of Saxe-Eisenach; John William III; Agnes II; Johann Adolf II; Albrecht of Saxe-Weissenfels; Christian, Duke of Saxe-Weissenfels; Johann Adolf I; Johann Georg, Duke of Saxe-Weissenfels; Frederick, Duke of Saxe-Weissenfels-Dahme; Augustus, Duke of Saxe-Weissenfels; Magdalena Sibylla of Saxe-Weissenfels", "John George III"),
    listed("Which people were born in Prague?", "Henry Kolowrat Jr.; Vojtěch Petráček; Ladislav Smoljak; Eliška Krásnohorská; Karl Anton; Karel Lamač"),
    listed("Which people died in Caracas?", "Hugo Chávez; Federico Brito Figueroa; Francisco Herrera Luque; Jesús Rosas Marcano"),
    listed("List everyone who was educated at Westminster School.", "Wyndham Goold; William Barnard; Thomas Barnard; William Addison, 4th Viscount Addison; Lord Frederick Cavendish-Bentinck"),
    listed("Which songs did Pat Boone sing?", "Gone Fishin'; See the USA in Your Chevrolet"),
    listed("What awards did Ann Hui receive?", "Golden Horse Awards; Hong Kong Film Awards", "Asia Pacific Film Festival; Asian Film Awards; MBE; BBS; Best Director; Best Film; Grand Slam; Order of the British Empire"),
    listed("Which films did Milton Subotsky write?", "Daleks' Invasion Earth 2150 A.D.; Dr. Who and the Daleks"),
    listed("Which films were produced by Arthur P. Jacobs?", "Battle for the Planet of the Apes; Escape from the Planet of the Apes; Conquest of the Planet of the Apes", "Planet of the Apes; Beneath the Planet of the Apes"),
    listed("Who were the wives of Lothair II?", "Teutberga; Waldrada"),
    listed("Who are the siblings of King Abdullah II of Jordan?", "Princess Zein bint Hussein; Princess Aisha bint Hussein", "Princess Raiyah bint Hussein"),
    listed("Which actors appear in Halloween Kills?", "Jamie Lee Curtis; Nick Castle; James Jude Courtney; Judy Greer; Andi Matichak; Dylan Arnold; Kyle Richards; Charles Cyphers; Nancy Stephens; Anthony Michael Hall; Robert Longstreet"),
    listed("Who are the parents of Prince Ferdinand of Hohenzollern?", "Friedrich Wilhelm, Prince of Hohenzollern; Princess Margarita of Leiningen"),
    counted("How many films did Ray Taylor direct?", "The Hawk of Powder River; Bury Me Not on the Lone Prairie; Flash Gordon Conquers the Universe; Check Your Guns; Clancy of the Mounted; Gordon of Ghost City; The Avenging Shadow; The Fighting Vigilantes; Fighting with Buffalo Bill", stated="159"),
    counted("How many movies were directed by Henry King?", "A Yank in the R.A.F.; The Winning of Barbara Worth; Chad Hanna"),
    counted("How many films did Randolph Scott appear in?", "Tall Man Riding; Hot Saturday; Wagon Wheels"),
    counted("How many children did Edsel Ford have?", "Henry Ford II; William Clay Ford Sr."),
    counted("How many people were born in Toronto?", "William Bell; Graeme Ferguson; Prince Hermann Friedrich of Leiningen; David Hackl; Edward Peghin"),
    counted("What is the number of films that Blake Edwards directed?", "Operation Petticoat; The Perfect Furlough; Wild Rovers", "Breakfast at Tiffany's; Days of Wine and Roses; Victor/Victoria; 10; Pink Panther"),
    counted("How many films did Albert Parker direct?", "Eyes of Youth", stated="36"),
    counted("How many novels has Alan Clay written?", stated="three; 3"),
    counted("How many children does J. Michael T. Thompson have?", stated="two; 2"),
    counted("How many books of poetry has Richard Shelton written?", stated="nine; 9"),
    listed("Which operas did William Castle conduct?"),
    counted("How many goals did Aivar Kuusmaa score?"),
    listed("Who were the pupils of Joseph Jacotot?"),
]  # fmt: skip

HELD_OUT = [
    listed("Which films did Raoul Walsh direct?", "One Sunday Afternoon; The Strawberry Blonde; Colorado Territory; The Big Trail; High Sierra; White Heat"),
    listed("Name the films directed by Hrishikesh Mukherjee.", "Majhli Didi; Naram Garam; Jhoothi", "Anari; Satyakam; Chupke Chupke; Anupama; Anand; Abhimaan; Guddi; Gol Maal; Bawarchi; Kissi Se Na Kehna; Golmaal"),
    listed("What pictures were directed by Maurice Elvey?", "The Rocks of Valpre; House of Blackmail; Spy of Napoleon"),
    listed("Show me all movies by Satyajit Ray.", "Hirak Rajar Deshe; Goopy Gyne Bagha Byne; Pather Panchali", "Agantuk; Heerak Rajar Deshe; Goopy Bagha Phire Elo; Aranyer Din Ratri; Pratidwandi; Seemabaddha; Ashani Sanket"),
    listed("Which films star Gary Cooper?", "Souls at Sea; Bright Leaf; One Sunday Afternoon; The Winning of Barbara Worth"),
    listed("Which movies did Sylvester Stallone appear in?", "Get Carter; Stop! Or My Mom Will Shoot; Nighthawks"),
    listed("Who are the children of Archduke Franz Ferdinand of Austria?", "Prince Ernst of Hohenberg; Princess Sophie of Hohenberg", "Maximilian, Duke of Hohenberg"),
    listed("List the children of Louis XV of France.", "Louis, Dauphin of France; Henriette of France; Philippe, Duke of Anjou", "Louise Élisabeth of France"),
    listed("What are the names of Abdullah I of Jordan's children?", "Talal; Prince Nayef bin Abdullah"),
    listed("Who were the daughters of Oswiu of Northumbria?", "Osthryth"),
    listed("Which people were born in Stuttgart?", "Philipp Albrecht, Duke of Württemberg; Princess Catherine of Württemberg; Princess Augusta of Württemberg; Frederick II Eugene, Duke of Württemberg"),
    listed("List everyone who was born in Copenhagen.", "George Schnéevoigt; Bjarne Henning-Jensen"),
    listed("Which people were educated at Eton College?", "Mark Grant-Sturgis; Victor Cavendish, 9th Duke of Devonshire; William Willoughby, 6th Baron Willoughby of Parham; Ralph Dominic Gamble; William George Howard, 8th Earl of Carlisle"),
    listed("Which songs did George Gershwin compose?", "You've Got What Gets Me; Love Is Here to Stay; Aren't You Kind Of Glad We Did?; Swanee; Fascinating Rhythm", "I Got Rhythm; Rhapsody in Blue; An American in Paris; Porgy and Bess"),
    listed("Who are the members of the House of Saud?", "Abdul Aziz bin Fahd; Sita bint Fahd Al Damir; Turki Bin Mohammed Bin Nasser Bin Abdulaziz Al Saud; Mohammed bin Nawwaf bin Abdulaziz; Mishari bin Abdulaziz Al Saud; Nawwaf bin Abdulaziz Al Saud"),
    counted("How many films did William Beaudine direct?", "The Golden Eye; The Ape Man; Philo Vance Returns"),
    counted("How many movies did J. Lee Thompson direct?", "Battle for the Planet of the Apes; Conquest of the Planet of the Apes; Messenger of Death; Cape Fear", "Ice Cold in Alex; The Guns of Navarone"),
    counted("How many children did Henry Ford have?", "Edsel Ford"),
    counted("How many films did Carl Boese direct?", "The Dancer Barberina; Five Million Look for an Heir", stated="158"),
    counted("How many daughters did Sir Thomas Wheate have?", stated="four; 4"),
]  # fmt: skip
"""Written at the same time; asked once, when the program stood."""
